report SP5103.specc -b H=100
