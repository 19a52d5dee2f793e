weights mlp.specc module.pt
