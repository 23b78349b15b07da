"""Points, and what turns objects into points."""
