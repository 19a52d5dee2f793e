"""Rewrites of the graph: each is one file, `passes.py` lists them in their order."""
