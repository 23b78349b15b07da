"""Keeps the temperatures of rooms in InfluxDB, and says which rooms are warm.

What comes from a sensor is stored even when the server is busy, restarts, or refuses some of it;
a question that fails is answered with what was known before.
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

TRIES = 6
SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Reading:
    """The temperature of a room at one time."""

    room: str
    celsius: float
    time: datetime

    def point(self) -> DataPoint:
        """The reading as it is stored."""
        return DataPoint("climate", {"room": self.room}, {"celsius": self.celsius}, self.time)


@dataclass(frozen=True, slots=True)
class Rooms:
    """The mean temperature of each room.

    Attributes:
        celsius: by the name of the room.
        stale: whether this is an older answer, since the server gave none.
    """

    celsius: Mapping[str, float]
    stale: bool = False


class SensorService:
    """Stores readings and answers questions about them.

    Args:
        client: of the server; with a database.
        sleep: waits between tries.
    """

    def __init__(
        self, client: InfluxDBClient, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._last = Rooms({}, stale=True)

    async def store(self, readings: Iterable[Reading]) -> int:
        """Store readings, and return how many the server took.

        Raises:
            InfluxDBError: the server did not take them, and did not ask to come back either.
        """
        points = [reading.point() for reading in readings]
        return await self._write(points) if points else 0

    async def _write(self, points: Sequence[DataPoint]) -> int:
        for tried in range(1, TRIES + 1):
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
                if tried == TRIES or not _may_pass(error):
                    raise
                await self._sleep(getattr(error, "retry_after", None) or 0.01 * 2**tried)
            else:
                break
        return len(points)

    async def rooms(self, span: timedelta = timedelta(minutes=10)) -> Rooms:
        """The mean temperature of each room lately; an older answer if the server gives none.

        Raises:
            AuthenticationError: the server does not know us; somebody has to do something.
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
    """Whether it may help to try again; a reading has its time, so storing it twice is no harm."""
    if isinstance(error, ResponseError):
        return error.status == TOO_MANY_REQUESTS or error.status >= SERVER_ERROR
    return isinstance(error, ServerUnreachable | ResponseLost)
