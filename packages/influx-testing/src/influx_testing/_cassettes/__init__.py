"""Recorded exchanges with a real server, and their replay."""
