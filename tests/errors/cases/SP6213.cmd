compile mlp.specc --target unknown_key.yaml -o net.onnx
