"""The catalog of a server: databases, retention policies, users."""
