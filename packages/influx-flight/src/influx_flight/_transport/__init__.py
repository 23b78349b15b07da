"""Sends queries over Flight."""
