"""Converts columns to frames, with one module for each library."""
