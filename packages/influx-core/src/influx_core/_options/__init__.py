"""Validation of options: of clients, parts, writers and calls, given as values or as text."""
