compile SP6233.specc --dtype int8 --calibrate cat.jpg -o net.onnx
