compile mlp.specc --weights below.safetensors -o net.onnx
