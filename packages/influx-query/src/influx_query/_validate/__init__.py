"""Checks of statements that parse: against the server's rules, and against a schema."""
