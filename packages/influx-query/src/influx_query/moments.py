"""Reading the text of a moment, as conditions on time have it.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#dates--times
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from influx_query.quoting import time_ns

_MOMENT: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)?)?\Z",
    re.ASCII,
)


def parse_moment(text: str, location: str = "") -> int:
    """Read a date, or a date and a time, in nanoseconds since 1970.

    Args:
        text: ``2020-01-31``, ``2020-01-31 23:59:59.5`` or RFC 3339.
        location: The time zone of a text that names none; empty is UTC.

    Raises:
        ValueError: The text is no moment.
    """
    match = _MOMENT.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no moment; write 2020-01-31 or 2020-01-31T23:59:59Z")
    *parts, fraction, offset = match.groups(default="")
    numbers = [int(part or 0) for part in parts]
    moment = datetime(*numbers[:6], tzinfo=_zone(offset, location))  # type: ignore[misc, arg-type]
    return time_ns(moment) + int(fraction.ljust(9, "0") if fraction else 0)


def _zone(offset: str, location: str) -> tzinfo:
    if offset in ("", "Z"):
        return ZoneInfo(location) if location and not offset else UTC
    zone = datetime.strptime(offset, "%z").tzinfo
    assert zone is not None
    return zone
