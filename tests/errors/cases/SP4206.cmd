compile SP4206.specc --weights unexpected.safetensors -o net.onnx
