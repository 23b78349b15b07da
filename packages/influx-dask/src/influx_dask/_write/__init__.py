"""Writes Dask DataFrames from the workers."""
