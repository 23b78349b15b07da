"""Plots results and frames, with matplotlib or with characters."""
