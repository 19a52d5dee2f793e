compile mlp.specc --target gpu -o net.onnx
