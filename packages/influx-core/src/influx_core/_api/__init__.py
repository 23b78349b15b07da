"""Builds the requests for each kind of server and parses its responses. No I/O."""
