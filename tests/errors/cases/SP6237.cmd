compile mlp.specc --dtype int8 -o net.onnx
