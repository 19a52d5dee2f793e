compile mlp.specc --method entropy -o net.onnx
