"""The values of Flux, as Python objects."""
