"""Tables in columns, streams of them, and functions over their rows."""
