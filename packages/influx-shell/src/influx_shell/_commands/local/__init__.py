"""Commands that ask no server."""
