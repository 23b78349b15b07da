"""Response parsers: convert bytes to pieces of results as they arrive."""
