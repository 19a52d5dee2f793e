run damaged.onnx --input image=random
