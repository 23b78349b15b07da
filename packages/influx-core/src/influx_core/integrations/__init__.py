"""Integrations with other libraries, each of them optional."""
