"""Compares two sources."""
