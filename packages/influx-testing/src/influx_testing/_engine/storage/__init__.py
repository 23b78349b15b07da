"""Points and the index of their series."""
