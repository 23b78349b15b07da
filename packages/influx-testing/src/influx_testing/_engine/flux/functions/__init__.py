"""The functions of the standard library, a module for each family."""
