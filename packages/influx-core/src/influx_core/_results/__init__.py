"""Query results, and the parsers of responses."""
