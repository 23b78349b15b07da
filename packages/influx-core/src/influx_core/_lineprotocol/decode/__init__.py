"""Decodes line protocol to points."""
