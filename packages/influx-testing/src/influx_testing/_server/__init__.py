"""Servers for tests: the fake, a real one, and a recording."""
