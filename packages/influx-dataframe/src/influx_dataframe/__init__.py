"""Writes frames of pandas, polars, Arrow and NumPy to InfluxDB, and returns results as frames."""

from influx_dataframe._plot.chart import chart
from influx_dataframe._plot.plot import plot
from influx_dataframe._read.flux_frames import query_flux_frame, stream_flux_frames
from influx_dataframe._read.query_frame import query_frame, stream_frames
from influx_dataframe._read.to_frames import (
    decode_frame,
    to_arrow,
    to_frame,
    to_frames,
    to_numpy,
    to_pandas,
    to_polars,
)
from influx_dataframe._write.encode_frame import FrameParams, encode_frame
from influx_dataframe._write.write_frame import WriteFrameParams, write_frame

__all__ = [
    "FrameParams",
    "WriteFrameParams",
    "chart",
    "decode_frame",
    "encode_frame",
    "plot",
    "query_flux_frame",
    "query_frame",
    "stream_flux_frames",
    "stream_frames",
    "to_arrow",
    "to_frame",
    "to_frames",
    "to_numpy",
    "to_pandas",
    "to_polars",
    "write_frame",
]
