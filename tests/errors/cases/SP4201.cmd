compile mlp.specc --weights damaged.safetensors -o net.onnx
