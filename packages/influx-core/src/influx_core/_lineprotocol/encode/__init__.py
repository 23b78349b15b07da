"""Points and columns to bytes of line protocol."""
