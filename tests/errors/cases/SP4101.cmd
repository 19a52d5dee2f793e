compile SP4101.specc -o net.onnx
