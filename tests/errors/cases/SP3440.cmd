compile SP3440.specc --opset 21 -o net.onnx
