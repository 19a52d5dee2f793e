check latin1.specc
