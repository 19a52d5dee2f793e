"""Layers that no spec can name: what rewrites make of several layers where a target has one operator for them."""
