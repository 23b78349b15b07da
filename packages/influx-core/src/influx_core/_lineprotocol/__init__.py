"""The line protocol: points to bytes and back."""
