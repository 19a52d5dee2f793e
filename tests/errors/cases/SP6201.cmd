compile mlp.specc --opset 7 -o net.onnx
