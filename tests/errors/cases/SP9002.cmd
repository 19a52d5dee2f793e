check long.specc
