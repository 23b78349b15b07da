"""Frames of each library, made of a table's columns; each module needs its library alone."""
