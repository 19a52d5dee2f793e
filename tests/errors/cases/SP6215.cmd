bench mlp.specc -b N=1 --target h100
