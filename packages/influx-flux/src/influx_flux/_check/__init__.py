"""Checks names, imports and arguments before a request is sent."""
