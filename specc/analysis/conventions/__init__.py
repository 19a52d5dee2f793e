"""What other counters would say of a model, and why: one file for each."""
