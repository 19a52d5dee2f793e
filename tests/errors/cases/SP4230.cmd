weights mlp.specc two.pt
