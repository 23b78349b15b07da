"""Readers of answers: bytes in, finished pieces of results out."""
