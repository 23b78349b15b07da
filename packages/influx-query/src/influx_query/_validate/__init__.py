"""Checks parsed statements against the rules of the server, and against a schema."""
