compile mlp.specc --weights missing.safetensors -o net.onnx
