report SP5104.specc -b P=1024 -b T=1
