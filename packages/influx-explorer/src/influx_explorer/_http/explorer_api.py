"""The endpoints that the page uses: queries, texts, names, writes."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, Literal, TypeVar

import msgspec
from aiohttp import web

from influx_core import InfluxDBError, WriteError
from influx_core.lineprotocol import Rules
from influx_explorer._http.page_files import SECURITY_HEADERS
from influx_explorer._language.completions import complete
from influx_explorer._language.languages import LANGUAGES, LanguageName
from influx_explorer._language.line_text import report_lines
from influx_explorer._language.text_report import Utf16Offsets
from influx_explorer._server.server_source import PageQuery, ServerSource

__all__ = ["ExplorerAPI", "Handler", "RefusedError", "json_response", "read_body"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_T = TypeVar("_T")

_logger = logging.getLogger("influx_explorer")


class RefusedError(Exception):
    """The explorer does not do what was asked; the text says why.

    Args:
        message: the reason.
        status: the HTTP status.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        self.status = status
        super().__init__(message)


class EditorText(msgspec.Struct, frozen=True):
    """A text in the editor; `cursor` is an offset in UTF-16 units."""

    text: str
    language: LanguageName = "influxql"
    db: str = ""
    cursor: int = 0


class PageLines(msgspec.Struct, frozen=True):
    """Line protocol in the write box."""

    text: str
    db: str = ""
    rp: str = ""
    precision: Literal["ns", "us", "ms", "s"] = "ns"


class ExplorerAPI:
    """Responds to the page.

    Args:
        source: the server.
        write: whether queries and lines may change it.
        is_fake: whether the server is a fake that the page controls.
    """

    def __init__(self, source: ServerSource, *, write: bool = False, is_fake: bool = False) -> None:
        self._source = source
        self._write = write
        self._is_fake = is_fake
        self.handlers: Mapping[tuple[str, str], Handler] = {
            ("GET", "api/about"): self._about,
            ("GET", "api/schema"): self._schema,
            ("POST", "api/query"): self._query,
            ("GET", "api/csv"): self._csv,
            ("POST", "api/check"): self._check,
            ("POST", "api/complete"): self._complete,
            ("POST", "api/format"): self._format,
            ("POST", "api/lines"): self._lines,
            ("POST", "api/write"): self._write_lines,
        }

    async def _about(self, request: web.Request) -> web.StreamResponse:
        found = await self._source.about()
        return json_response({**found, "write": self._write, "fake": self._is_fake})

    async def _schema(self, request: web.Request) -> web.StreamResponse:
        """The names at one level of the tree."""
        level, db = request.query.get("level", ""), request.query.get("db", "")
        measurement, tag = request.query.get("m", ""), request.query.get("tag", "")
        found: Any
        if level == "databases":
            found = await self._source.databases()
        elif level == "policies":
            found = await self._source.policies(db)
        elif level == "measurements":
            found = await self._source.measurements(db)
        elif level == "columns":
            found = await self._source.columns(db, measurement)
        elif level == "values":
            found = await self._source.tag_values(db, measurement or None, tag)
        else:
            raise RefusedError(f"the schema has no level {level!r}", 404)
        return json_response(found)

    async def _query(self, request: web.Request) -> web.StreamResponse:
        query = await read_body(request, PageQuery)
        self._require_reading(query)
        return await _stream(request, self._source.frames(query), "application/octet-stream")

    async def _csv(self, request: web.Request) -> web.StreamResponse:
        query = _query_of(request.query)
        self._require_reading(query)
        headers = {"Content-Disposition": 'attachment; filename="result.csv"'}
        return await _stream(request, self._source.csv(query), "text/csv", headers)

    def _require_reading(self, query: PageQuery) -> None:
        """Refuse a text that may write, unless the explorer was started with `--write`.

        Raises:
            RefusedError: it may.
        """
        reason = "" if self._write else LANGUAGES[query.language].writes(query.text)
        if reason:
            raise RefusedError(f"read-only: {reason}; start the explorer with --write", 403)

    async def _check(self, request: web.Request) -> web.StreamResponse:
        asked = await read_body(request, EditorText)
        return json_response(LANGUAGES[asked.language].report(asked.text))

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = await read_body(request, EditorText)
        offsets = Utf16Offsets(asked.text)
        db = asked.db or self._source.db
        found = await complete(
            asked.language,
            asked.text,
            offsets.point(asked.cursor),
            lambda kind, measurement, tag: self._source.names(db, kind, measurement, tag),
        )
        return json_response({"start": offsets.units(found.start), "options": found.options})

    async def _format(self, request: web.Request) -> web.StreamResponse:
        asked = await read_body(request, EditorText)
        canonical = LANGUAGES[asked.language].canonical
        if canonical is None:
            raise RefusedError("SQL has no canonical text here: InfluxDB 3 parses it")
        try:
            return json_response({"text": canonical(asked.text)})
        except ValueError as error:
            raise RefusedError(str(error)) from None

    async def _lines(self, request: web.Request) -> web.StreamResponse:
        asked = await read_body(request, PageLines)
        return json_response(report_lines(asked.text, asked.precision, await self._rules()))

    async def _rules(self) -> Rules:
        return "1.x" if (await self._source.about())["api"] == "v1" else "v2"

    async def _write_lines(self, request: web.Request) -> web.StreamResponse:
        asked = await read_body(request, PageLines)
        if not self._write:
            raise RefusedError("read-only: start the explorer with --write", 403)
        lines = asked.text.encode("utf-8", "surrogatepass")
        try:
            await self._source.write(lines, asked.db, asked.rp, asked.precision)
        except WriteError as error:
            raise RefusedError(str(error)) from error
        return json_response({"written": True})


async def read_body(request: web.Request, kind: type[_T]) -> _T:
    """Decode the JSON body of a request.

    Raises:
        RefusedError: it is not JSON of this kind.
    """
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.MsgspecError as error:
        raise RefusedError(f"the request is not valid: {error}") from None


def json_response(value: Any, status: int = 200) -> web.Response:
    """A response with a value as JSON."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(value),
        content_type="application/json",
        headers=SECURITY_HEADERS,
    )


def _query_of(params: Mapping[str, str]) -> PageQuery:
    found: dict[str, Any] = {
        "language": params.get("language", "influxql"),
        "text": params.get("q", ""),
        "db": params.get("db", ""),
        "rp": params.get("rp", ""),
    }
    try:
        bound = msgspec.json.decode(params.get("params", "{}"))
        if "start" in params:
            found["range"] = {"start": params["start"], "stop": params.get("stop", "")}
        return msgspec.convert({**found, "params": bound}, PageQuery)
    except msgspec.MsgspecError as error:
        raise RefusedError(f"the request is not valid: {error}") from None


async def _stream(
    request: web.Request,
    pieces: AsyncGenerator[bytes, None],
    content_type: str,
    headers: Mapping[str, str] | None = None,
) -> web.StreamResponse:
    """Send pieces as they come; an error before the first one becomes a status.

    An error behind it breaks the connection, so that the page does not take the pieces for the
    whole. Nobody waits for the rest if the page closed the connection.

    Raises:
        InfluxDBError: the first piece failed.
    """
    async with aclosing(pieces):
        first = await anext(pieces, b"")
        response = web.StreamResponse(headers={**SECURITY_HEADERS, **(headers or {})})
        response.content_type = content_type
        try:
            await response.prepare(request)
            await response.write(first)
            async for piece in pieces:
                await response.write(piece)
            await response.write_eof()
        except InfluxDBError as error:
            _logger.warning("the server's response was cut: %s", error)
            if request.transport is not None:
                request.transport.abort()
        except ConnectionResetError:
            pass
        return response
