compile mlp.specc --weights misshaped.safetensors -o net.onnx
