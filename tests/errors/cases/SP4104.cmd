compile SP4104.specc -o net.onnx
