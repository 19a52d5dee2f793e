compile mlp.specc -o mlp.specc
