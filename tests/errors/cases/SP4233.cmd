weights SP4233.specc part.safetensors
