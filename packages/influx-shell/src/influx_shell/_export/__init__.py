"""The export of measurements as printed rows: its queries, and the order of their results."""
