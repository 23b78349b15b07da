"""Merges the points of series, shards and sources in the order of the server."""
