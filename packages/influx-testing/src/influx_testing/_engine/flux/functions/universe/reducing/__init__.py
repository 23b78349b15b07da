"""Functions that make fewer rows: aggregates, selectors and statistics."""
