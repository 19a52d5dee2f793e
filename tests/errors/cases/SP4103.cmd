compile SP4103.specc -o net.onnx
