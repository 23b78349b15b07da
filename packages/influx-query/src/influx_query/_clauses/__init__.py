"""The clauses that several statements share, such as FROM and WHERE, and the parser registry."""
