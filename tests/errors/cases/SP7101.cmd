run mlp.specc --input picture=random -b N=1
