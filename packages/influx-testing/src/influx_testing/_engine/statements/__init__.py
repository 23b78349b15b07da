"""Executes statements: checks privileges, runs handlers, returns results."""
