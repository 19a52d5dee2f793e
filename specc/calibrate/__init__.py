"""Runs models to quantise them: inputs, ranges of activations, accuracy."""
