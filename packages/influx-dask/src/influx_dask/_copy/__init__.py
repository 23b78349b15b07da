"""Copies the ranges of a plan on a cluster."""
