compile SP4205.specc --weights unexpected.safetensors -o net.onnx
