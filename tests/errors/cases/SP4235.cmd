compile mlp.specc --weights diverged.safetensors -o net.onnx
