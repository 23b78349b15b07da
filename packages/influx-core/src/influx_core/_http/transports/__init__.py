"""Transports: send requests over HTTP and UDP."""
