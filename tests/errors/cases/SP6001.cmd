compile mlp.specc -o no/such/folder/net.onnx
