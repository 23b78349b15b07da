"""Runs Flux: the language, table streams, and the functions of the standard library."""
