"""Frames to InfluxDB and back: pandas, polars, Arrow and NumPy, exact to the nanosecond."""

from influx_dataframe.charts import chart
from influx_dataframe.encoding import encode_frame
from influx_dataframe.frames import decode_frame, to_frame, to_frames
from influx_dataframe.plotting import plot
from influx_dataframe.reading import query_frame, stream_frames
from influx_dataframe.writing import write_frame

__all__ = [
    "chart",
    "decode_frame",
    "encode_frame",
    "plot",
    "query_frame",
    "stream_frames",
    "to_frame",
    "to_frames",
    "write_frame",
]
