compile SP6234.specc --dtype int8 --calibrate narrow.npz -o net.onnx
