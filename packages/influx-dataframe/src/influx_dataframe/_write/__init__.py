"""Frames as line protocol, and on their way to a server."""
