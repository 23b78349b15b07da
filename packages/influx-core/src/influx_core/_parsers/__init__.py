"""Response parsers: bytes in, finished pieces of results out."""
