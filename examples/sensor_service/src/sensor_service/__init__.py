"""Stores the temperatures of rooms in InfluxDB and reports their means.

Readings are stored even if the server is busy, restarts or refuses some of them. If a query fails,
the last known result is returned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from influx_core import DataPoint, InfluxDBClient
from influx_core.errors import (
    AuthenticationError,
    InfluxDBError,
    PartialWriteError,
    RequestTooLarge,
    ResponseError,
    ResponseLost,
    ServerUnreachable,
)
from influx_query import field, func, now, query, time

__all__ = ["Reading", "Rooms", "SensorService"]

ATTEMPTS = 6
SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Reading:
    """The temperature of a room at one time."""

    room: str
    celsius: float
    time: datetime

    def point(self) -> DataPoint:
        """The reading as a point."""
        return DataPoint("climate", {"room": self.room}, {"celsius": self.celsius}, self.time)


@dataclass(frozen=True, slots=True)
class Rooms:
    """The mean temperature of each room.

    Attributes:
        celsius: the means by the name of the room.
        stale: whether this is an older result because the server did not respond.
    """

    celsius: Mapping[str, float]
    stale: bool = False


class SensorService:
    """Stores readings and queries them.

    Args:
        client: a client with a database.
        sleep: waits between two attempts.
    """

    def __init__(
        self, client: InfluxDBClient, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._last = Rooms({}, stale=True)

    async def store(self, readings: Iterable[Reading]) -> int:
        """Store readings; returns how many the server accepted.

        Raises:
            InfluxDBError: the server refused them, or all attempts failed.
        """
        points = [reading.point() for reading in readings]
        return await self._write(points) if points else 0

    async def _write(self, points: Sequence[DataPoint]) -> int:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._client.write_many(points)
            except PartialWriteError as error:
                return len(points) - (error.dropped or 0)
            except RequestTooLarge:
                if len(points) == 1:
                    raise
                half = len(points) // 2
                return await self._write(points[:half]) + await self._write(points[half:])
            except InfluxDBError as error:
                if attempt == ATTEMPTS or not _may_pass(error):
                    raise
                await self._sleep(getattr(error, "retry_after", None) or 0.01 * 2**attempt)
            else:
                break
        return len(points)

    async def rooms(self, span: timedelta = timedelta(minutes=10)) -> Rooms:
        """The mean temperature of each room in a recent span; an older result if the query fails.

        Raises:
            AuthenticationError: the credentials are wrong or expired.
        """
        mean = query(func.mean(field("celsius")).as_("mean")).from_("climate").group_by("room")
        try:
            result = await self._client.execute(mean.where(time > now() - span))
        except AuthenticationError:
            raise
        except InfluxDBError:
            return Rooms(self._last.celsius, stale=True)
        self._last = Rooms({each.tags["room"]: row.mean for each in result.series for row in each})
        return self._last

    async def history(self, room: str) -> list[Reading]:
        """All readings of a room, in the order of their times."""
        select = query(field("celsius")).from_("climate").where(room=room)
        result = await self._client.execute(select)
        return [Reading(room, row.celsius, row.time) for each in result.series for row in each]


def _may_pass(error: InfluxDBError) -> bool:
    """Whether another attempt may succeed; storing a reading twice is harmless, it has a time."""
    if isinstance(error, ResponseError):
        return error.status == TOO_MANY_REQUESTS or error.status >= SERVER_ERROR
    return isinstance(error, ServerUnreachable | ResponseLost)
