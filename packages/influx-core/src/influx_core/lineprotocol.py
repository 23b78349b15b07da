"""Line protocol: encodes points as the body of a write, and decodes them."""

from influx_core._lineprotocol.decode.decoder import decode, scan
from influx_core._lineprotocol.decode.line_parts import BadLine, Rules
from influx_core._lineprotocol.encode.points_encoder import encode
from influx_core._lineprotocol.serializer import LineProtocolSerializer

__all__ = ["BadLine", "LineProtocolSerializer", "Rules", "decode", "encode", "scan"]
