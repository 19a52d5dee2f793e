compile mlp.specc --weights none --dtype int8 -o net.onnx
