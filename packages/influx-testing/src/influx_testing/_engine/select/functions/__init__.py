"""The functions of SELECT: aggregates, selectors, transformations, mathematics."""
