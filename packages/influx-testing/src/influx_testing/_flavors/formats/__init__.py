"""The formats of responses, byte for byte as the server writes them."""

from __future__ import annotations

from influx_testing._flavors.formats.csv_format import CsvFormat
from influx_testing._flavors.formats.json_format import JsonFormat
from influx_testing._flavors.formats.msgpack_format import MsgpackFormat
from influx_testing._flavors.formats.response_format import ResponseFormat, UnencodableError

__all__ = ["ResponseFormat", "UnencodableError", "choose"]


def choose(accept: str, *, epoch: str, pretty: bool) -> ResponseFormat:
    """Return the response format for a request; JSON if it asks for no other one.

    Args:
        accept: the Accept header.
        epoch: the unit of times; empty for RFC 3339, anything unknown for nanoseconds.
        pretty: whether JSON is indented.
    """
    if accept in {"application/csv", "text/csv"}:
        return CsvFormat(epoch)
    if accept == "application/x-msgpack":
        return MsgpackFormat(epoch)
    return JsonFormat(epoch, pretty=pretty)
