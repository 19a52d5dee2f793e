run mlp.specc
