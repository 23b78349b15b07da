"""Reads and writes the storage of the server for Flux."""
