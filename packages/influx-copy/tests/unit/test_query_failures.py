from __future__ import annotations

import pytest

from influx_copy import CopyRange, RangeTooLarge
from influx_copy._servers.query_failures import too_large_raised
from influx_core import QueryError

RANGE = CopyRange("db", "rp", "m", 0, 10)


@pytest.mark.parametrize(
    "message",
    [
        "max-select-point limit exceeed: (20001/20000)",
        "query-timeout limit exceeded",
        "timeout",
        "External error: Query would exceed file limit of 432 parquet files",
        "Resources exhausted: Failed to allocate additional 1024 bytes",
        "memory allocation limit reached: limit 100 bytes exceeded",
    ],
)
async def test_a_smaller_range_helps(message: str) -> None:
    with pytest.raises(RangeTooLarge, match="is too large for the server"):
        async with too_large_raised(RANGE):
            raise QueryError(message, status=200)


@pytest.mark.parametrize(
    "message",
    ["database not found: x", "max-select-series limit exceeded: (5/1)", "timeouts ahead"],
)
async def test_another_error_stays_what_it_is(message: str) -> None:
    with pytest.raises(QueryError, match=message[:8]):
        async with too_large_raised(RANGE):
            raise QueryError(message, status=200)
