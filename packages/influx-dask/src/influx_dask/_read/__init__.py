"""Reads InfluxDB as lazy Dask DataFrames."""
