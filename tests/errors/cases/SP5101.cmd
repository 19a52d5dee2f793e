report mlp.specc -b batch=1
