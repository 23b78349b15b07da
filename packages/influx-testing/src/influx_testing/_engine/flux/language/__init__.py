"""Compiles the syntax tree of Flux to Python functions, and runs them."""
