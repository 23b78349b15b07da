"""Copies: the URLs of both ends, what is selected, and the progress."""
