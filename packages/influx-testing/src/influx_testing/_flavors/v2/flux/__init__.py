"""The endpoints of Flux: queries, syntax trees, checks, suggestions."""
