"""Functions of time: ranges, windows, and changes from row to row."""
