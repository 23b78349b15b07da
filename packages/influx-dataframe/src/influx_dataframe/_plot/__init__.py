"""Results and frames drawn, with matplotlib or with characters."""
