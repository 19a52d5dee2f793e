run SP7301.specc --input tokens=[99999]
