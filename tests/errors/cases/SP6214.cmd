compile mlp.specc --target wrong_value.yaml -o net.onnx
