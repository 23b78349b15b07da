"""Columns of values in the memory layout of Apache Arrow."""
