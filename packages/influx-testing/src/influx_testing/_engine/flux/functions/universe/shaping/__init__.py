"""Functions that change columns, keys and the order of rows, or combine tables."""
