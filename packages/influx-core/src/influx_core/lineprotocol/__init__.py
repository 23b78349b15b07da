"""The line protocol: bytes of a write, made from points and read back into them."""

from influx_core.lineprotocol.decode import BadLine, Rules, decode, scan
from influx_core.lineprotocol.encode import encode
from influx_core.lineprotocol.serializer import LineProtocolSerializer

__all__ = ["BadLine", "LineProtocolSerializer", "Rules", "decode", "encode", "scan"]
