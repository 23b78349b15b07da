"""Frames to InfluxDB and back: pandas, polars, Arrow and NumPy, exact to the nanosecond."""

from influx_dataframe.encoding import encode_frame

__all__ = ["encode_frame"]
