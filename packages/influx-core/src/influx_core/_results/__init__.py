"""Query results: statements, series and rows."""
