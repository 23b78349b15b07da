"""Copies ranges: one, or all of a plan."""
