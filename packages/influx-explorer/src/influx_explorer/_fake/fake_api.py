"""The endpoints for a fake server: the log of requests, faults, the clock, load and dump."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from aiohttp import web

from influx_explorer._http.explorer_api import Handler, RefusedError, json_response, read_body
from influx_explorer._http.page_files import SECURITY_HEADERS
from influx_testing import Fault, RequestMatcher, faults
from influx_testing.pages import ServerControls

__all__ = ["FakeAPI"]

_POLL_SECONDS = 0.1
_MOST_BODY = 20_000
"""The most characters of a body that the log shows."""


class ArmedFault(msgspec.Struct, frozen=True):
    """A fault as the form of the page describes it."""

    kind: str
    status: int = 503
    message: str = ""
    seconds: float = 1.0
    path: str = ""
    method: str = ""
    query: str = ""
    nth: int = 1
    times: int = 1


class FaultNumber(msgspec.Struct, frozen=True):
    """The number of a fault."""

    number: int


class ClockMove(msgspec.Struct, frozen=True):
    """How the clock moves: to a time, by seconds, or back to its beginning."""

    set: str = ""
    advance: float = 0.0
    reset: bool = False


class LoadedText(msgspec.Struct, frozen=True):
    """Line protocol, or a dump."""

    text: str
    db: str = ""


_FAULTS: Mapping[str, Callable[[ArmedFault], Fault]] = {
    "status": lambda asked: faults.status(asked.status, asked.message or None),
    "drop": lambda asked: faults.drop(),
    "reset": lambda asked: faults.reset(),
    "slow_headers": lambda asked: faults.slow_headers(asked.seconds),
    "slow_body": lambda asked: faults.slow_body(asked.seconds),
    "truncate": lambda asked: faults.truncate(),
    "error_mid_stream": lambda asked: faults.error_mid_stream(),
    "garbage": lambda asked: faults.garbage(),
    "expired_token": lambda asked: faults.expired_token(),
    "partial_write": lambda asked: faults.partial_write(),
    "type_conflict": lambda asked: faults.type_conflict(),
    "too_large": lambda asked: faults.too_large(0),
}


class FakeAPI:
    """Responds to the page of a fake server.

    Args:
        controls: the server.
    """

    def __init__(self, controls: ServerControls) -> None:
        self._controls = controls
        self.handlers: Mapping[tuple[str, str], Handler] = {
            ("GET", "api/fake/log"): self._log,
            ("POST", "api/fake/clear"): self._clear,
            ("GET", "api/fake/cassette"): self._cassette,
            ("GET", "api/fake/control"): self._control,
            ("POST", "api/fake/arm"): self._arm,
            ("POST", "api/fake/disarm"): self._disarm,
            ("POST", "api/fake/clock"): self._clock,
            ("POST", "api/fake/load"): self._load,
            ("GET", "api/fake/dump"): self._dump,
        }

    async def _log(self, request: web.Request) -> web.StreamResponse:
        """The requests so far, then each as its response ends, as server-sent events."""
        journal = self._controls.journal
        response = web.StreamResponse(headers=SECURITY_HEADERS)
        response.content_type = "text/event-stream"
        await response.prepare(request)
        sent: set[int] = set()
        clearings = -1
        while request.transport is not None and not request.transport.is_closing():
            if clearings != journal.clearings:
                clearings = journal.clearings
                sent.clear()
                await response.write(_event({"cleared": True}))
            found = journal.finished()
            new = [_entry(record) for record in found if record.number not in sent]
            sent = {record.number for record in found}
            if new:
                await response.write(_event({"cleared": False, "entries": new}))
            await asyncio.sleep(_POLL_SECONDS)
        return response

    async def _clear(self, request: web.Request) -> web.StreamResponse:
        self._controls.journal.clear()
        return json_response({})

    async def _cassette(self, request: web.Request) -> web.StreamResponse:
        return _download(self._controls.journal.cassette().to_bytes(), "cassette.json")

    async def _control(self, request: web.Request) -> web.StreamResponse:
        controls = self._controls
        armed = [
            {"number": number, "text": str(fault), "used": fault.used}
            for number, fault in controls.faults.items()
        ]
        return json_response(
            {
                "faults": armed,
                "clock": controls.has_clock,
                "now": str(controls.now()),
                "points": controls.points(),
            }
        )

    async def _arm(self, request: web.Request) -> web.StreamResponse:
        asked = await read_body(request, ArmedFault)
        if asked.kind not in _FAULTS:
            raise RefusedError(f"no fault {asked.kind!r}; known: {', '.join(_FAULTS)}")
        try:
            re.compile(asked.query)
            fault = _FAULTS[asked.kind](asked)
            matcher = RequestMatcher(
                asked.path or None, asked.method or None, query=asked.query or None
            )
            self._controls.arm(fault, matcher, nth=asked.nth, times=asked.times)
        except (ValueError, re.error) as error:
            raise RefusedError(str(error)) from None
        return json_response({})

    async def _disarm(self, request: web.Request) -> web.StreamResponse:
        self._controls.disarm((await read_body(request, FaultNumber)).number)
        return json_response({})

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        asked = await read_body(request, ClockMove)
        try:
            if asked.reset:
                self._controls.reset_clock()
            elif asked.set:
                self._controls.set_clock(asked.set)
            else:
                self._controls.advance_clock(asked.advance)
        except (TypeError, ValueError, OverflowError) as error:
            raise RefusedError(str(error)) from None
        return json_response({})

    async def _load(self, request: web.Request) -> web.StreamResponse:
        asked = await read_body(request, LoadedText)
        try:
            self._controls.load(asked.text.encode("utf-8", "surrogatepass"), asked.db)
        except Exception as error:
            raise RefusedError(f"the file cannot be loaded: {error}") from error
        return json_response({})

    async def _dump(self, request: web.Request) -> web.StreamResponse:
        return _download(self._controls.dump(), "dump.lp")


def _event(value: Any) -> bytes:
    return b"data: " + msgspec.json.encode(value) + b"\n\n"


def _entry(record: Any) -> dict[str, Any]:
    entry = record.entry
    return {
        "number": record.number,
        "time": str(record.time),
        "seconds": record.seconds,
        "method": entry.method,
        "path": entry.path,
        "db": entry.params.get("db") or entry.params.get("bucket", ""),
        "statement": entry.query,
        "params": dict(entry.params),
        "body": entry.body[:_MOST_BODY],
        "status": entry.status,
        "fault": entry.fault,
        "reason": record.reason,
    }


def _download(body: bytes, name: str) -> web.Response:
    headers = {**SECURITY_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type="application/octet-stream", headers=headers)
