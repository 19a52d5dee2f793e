compile SP6233.specc --dtype int8 --calibrate folder -o net.onnx
