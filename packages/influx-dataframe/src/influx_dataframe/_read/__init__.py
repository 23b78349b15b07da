"""Converts results to frames."""
