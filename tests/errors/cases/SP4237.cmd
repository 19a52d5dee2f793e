weights mlp.specc many.safetensors
