run SP7106.specc -b T=4 -b N=1 --input tokens=[[1,2,3]]
