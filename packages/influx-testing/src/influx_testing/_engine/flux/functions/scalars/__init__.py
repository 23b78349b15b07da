"""The packages whose functions work on single values."""
