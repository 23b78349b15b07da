"""The flavor 2.x."""
