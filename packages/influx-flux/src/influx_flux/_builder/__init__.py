"""Builds queries: immutable, typed, with every name and value quoted."""
