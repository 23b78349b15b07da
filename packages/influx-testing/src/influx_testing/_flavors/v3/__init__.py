"""The HTTP API of 3.x: routes, requests, formats of rows, administration."""
