compile SP4105.specc -o net.onnx
