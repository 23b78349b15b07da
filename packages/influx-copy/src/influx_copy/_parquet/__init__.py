"""Parquet files as a source and a sink."""
