"""Encodes frames as line protocol, and writes them to a server."""
