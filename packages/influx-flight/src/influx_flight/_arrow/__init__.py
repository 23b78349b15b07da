"""Reads streams of Arrow record batches."""
