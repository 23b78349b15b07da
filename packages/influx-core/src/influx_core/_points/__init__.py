"""Points, and conversions of objects to points."""
