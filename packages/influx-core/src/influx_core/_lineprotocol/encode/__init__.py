"""Encodes points and columns as line protocol."""
