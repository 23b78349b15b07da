"""Connections: options, profiles, secrets and query languages."""
