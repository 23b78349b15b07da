"""Frames to InfluxDB and back: pandas, polars, Arrow and NumPy, exact to the nanosecond."""

from influx_dataframe.frames import decode_frame, to_frame, to_frames
from influx_dataframe.reading import query_frame, stream_frames

__all__ = ["decode_frame", "query_frame", "stream_frames", "to_frame", "to_frames"]
