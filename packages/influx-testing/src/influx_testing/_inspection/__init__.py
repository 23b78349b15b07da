"""Inspection by tests: the requests that a server received, and the points that it stores."""
