report SP5102.specc -b T=1024
