run mlp.specc --input x=[[1,2,3]]
