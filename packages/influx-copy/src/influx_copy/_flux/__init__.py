"""Points of the tables of a Flux result, which come from a server or from a file."""
