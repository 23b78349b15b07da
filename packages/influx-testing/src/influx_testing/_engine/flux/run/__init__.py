"""Runs a whole query, from its text to the results."""
