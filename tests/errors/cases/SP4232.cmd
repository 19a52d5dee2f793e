weights SP4232.specc part.safetensors
