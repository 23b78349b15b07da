"""What to ask each kind of server, and how to read its responses; no I/O."""
