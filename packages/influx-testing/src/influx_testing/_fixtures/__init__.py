"""The implementation of the pytest fixtures."""
