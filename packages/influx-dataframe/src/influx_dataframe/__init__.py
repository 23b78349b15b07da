"""Frames to InfluxDB and back: pandas, polars, Arrow and NumPy, exact to the nanosecond."""

__all__: list[str] = []
