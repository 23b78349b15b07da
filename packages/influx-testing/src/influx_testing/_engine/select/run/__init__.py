"""Executes a plan: streams of points and rows."""
