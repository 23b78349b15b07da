"""Python values as Flux: literals, templates, and parameters sent beside a query."""
