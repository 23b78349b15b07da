"""Parses tokens to a syntax tree, and continues after errors like libflux's parser.

The rules are generators that yield the rules they need. `run` keeps the stack, so nesting is not
limited by Python's recursion limit.
"""
