"""From tokens to a syntax tree, tolerant of errors as libflux's parser is.

The rules are generators that yield the rules they need: `run` keeps the stack, so no nesting of a
text meets Python's limit of recursion.
"""
