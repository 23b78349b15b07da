"""What to ask each kind of server, and how to read what it says; no I/O."""
