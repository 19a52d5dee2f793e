check mlp.specc --limit step=2_000_000
