"""The functions of all other packages."""
