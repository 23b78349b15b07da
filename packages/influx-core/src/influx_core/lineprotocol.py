"""Line protocol: encodes points as the body of a write, and decodes them."""

from influx_core._lineprotocol.decode.decoder import Rules, decode, scan
from influx_core._lineprotocol.decode.line_parts import BadLine
from influx_core._lineprotocol.encode.encoder import encode
from influx_core._lineprotocol.serializer import LineProtocolSerializer

__all__ = ["BadLine", "LineProtocolSerializer", "Rules", "decode", "encode", "scan"]
