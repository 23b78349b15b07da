"""Parses MessagePack."""
