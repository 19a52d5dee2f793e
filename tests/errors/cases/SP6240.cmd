compile SP6240.specc --dtype int8 --quantise static -o net.onnx
