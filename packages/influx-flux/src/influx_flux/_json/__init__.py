"""The syntax tree as JSON: the form libflux and the HTTP API read and write."""
