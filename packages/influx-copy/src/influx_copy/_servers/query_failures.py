"""Tells the errors of a query for which a smaller range helps."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from influx_copy.errors import RangeTooLarge
from influx_copy.interfaces import CopyRange
from influx_core import QueryError

__all__ = ["too_large_raised"]

_TOO_LARGE = re.compile(
    r"max-select-point|query-timeout|^timeout$|out of memory|resources exhausted"
    r"|file limit|memory.*(limit|exceed)|exceed.*memory|maxSamplesPerQuery|deadline exceeded",
    re.IGNORECASE,
)
"""What servers say when the rows, the time or the memory of a query are too much.

InfluxDB 1.x: `max-select-point limit exceeed`, `query-timeout limit exceeded`; InfluxDB 3: `Query
would exceed file limit`, `Resources exhausted`.
"""


@asynccontextmanager
async def too_large_raised(range_: CopyRange) -> AsyncGenerator[None]:
    """Raise RangeTooLarge for an error that a smaller range avoids."""
    try:
        yield
    except QueryError as error:
        if _TOO_LARGE.search(error.message):
            raise RangeTooLarge(f"{range_} is too large for the server: {error}") from error
        raise
