compile SP6234.specc --dtype int8 --calibrate calibration.npz -o net.onnx
