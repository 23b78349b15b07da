"""Checks with inputs made at random, each from a seed; `tests/fuzz.py` runs them."""
