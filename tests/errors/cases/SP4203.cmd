compile mlp.specc --weights unexpected.safetensors -o net.onnx
