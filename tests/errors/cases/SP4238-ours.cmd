compile below.specc --weights unprefixed.safetensors -o net.onnx
