"""The plan: an SQLite file with a row for each range."""
