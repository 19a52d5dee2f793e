run mlp.specc --input x=cat.jpg
