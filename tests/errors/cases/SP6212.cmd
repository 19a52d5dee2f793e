compile mlp.specc --target list.yaml -o net.onnx
