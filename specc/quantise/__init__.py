"""Models in integers: which operators, with what scales, and how near to the model in floating point."""
