"""Expressions: their nodes, their parser, and the typed operands that build them."""
