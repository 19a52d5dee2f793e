weights mlp.specc integers.safetensors
