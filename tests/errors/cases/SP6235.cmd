compile SP6235.specc --dtype int8 --keep fd -o net.onnx
