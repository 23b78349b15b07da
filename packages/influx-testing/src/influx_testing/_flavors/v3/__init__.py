"""The HTTP API of 3.x: routes, requests, rows, administration."""
