compile SP6238.specc --dtype int8 -o net.onnx
