compile mlp.specc --dtype int4 -o net.onnx
