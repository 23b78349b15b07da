"""Bytes of line protocol to points."""
