"""What the pytest fixtures are made of."""
