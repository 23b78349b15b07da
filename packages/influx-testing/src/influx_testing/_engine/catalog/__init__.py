"""What a server is told to keep: databases, retention policies, users."""
