run SP7104.specc --input tokens=[[1,2,3]] --input mask=[[1,1]]
