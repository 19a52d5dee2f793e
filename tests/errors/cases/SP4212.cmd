weights mlp.specc part.safetensors --weight-rules mlp.specc
