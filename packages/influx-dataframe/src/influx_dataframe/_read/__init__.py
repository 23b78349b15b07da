"""Frames of results."""
