check many_layers.yaml
