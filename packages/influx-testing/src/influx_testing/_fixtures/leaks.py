"""Finds leaks of a test: open clients and running tasks."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import aiohttp
import pytest

from influx_core import InfluxDBClient

__all__ = ["OpenClients", "without_leaked_tasks"]

_TURNS = 5
"""How many times the event loop runs after a test, so that cancelled tasks can end."""


class OpenClients:
    """Records which clients and aiohttp sessions are created and closed, until `stop`."""

    def __init__(self) -> None:
        self._open: list[InfluxDBClient] = []
        self._sessions: list[aiohttp.ClientSession] = []
        self._patch = pytest.MonkeyPatch()
        self._after(InfluxDBClient, "__init__", self._open.append)
        self._after(aiohttp.ClientSession, "__init__", self._sessions.append)
        self._after(InfluxDBClient, "aclose", self._closed)

    def stop(self) -> None:
        """Stop recording."""
        self._patch.undo()

    def left(self, lent: Iterable[InfluxDBClient]) -> list[str]:
        """The clients and sessions that are still open, as text.

        Args:
            lent: clients that are closed elsewhere and therefore left out.
        """
        known = {id(client) for client in lent}
        clients = [client for client in self._open if id(client) not in known]
        sessions = [session for session in self._sessions if not session.closed]
        # An open client has an open session of its own, so sessions are named without clients only.
        return [f"{type(client).__name__} of {client.base_urls}" for client in clients] or [
            "aiohttp.ClientSession" for _ in sessions
        ]

    def _closed(self, client: InfluxDBClient) -> None:
        self._open[:] = [each for each in self._open if each is not client]

    def _after(self, kind: type[Any], name: str, tell: Callable[[Any], None]) -> None:
        """Call `tell` with the object after each call of the method `name` of a class."""
        method = getattr(kind, name)

        @functools.wraps(method)
        def told(self: Any, *args: Any, **options: Any) -> Any:
            result = method(self, *args, **options)
            tell(self)
            return result

        self._patch.setattr(kind, name, told)


def without_leaked_tasks(test: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap an asynchronous test so that it fails if its tasks are still running at its end."""

    @functools.wraps(test)
    async def watched(*args: Any, **options: Any) -> Any:
        if not _on_asyncio():
            return await test(*args, **options)
        before = asyncio.all_tasks()
        result = await test(*args, **options)
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        left = asyncio.all_tasks() - before
        if left:
            names = "\n".join(f"  {task.get_name()}: {task.get_coro()}" for task in left)
            pytest.fail(f"the test left tasks running:\n{names}", pytrace=False)
        return result

    return watched


def _on_asyncio() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
