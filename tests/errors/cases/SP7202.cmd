run mlp.specc --input x=random
