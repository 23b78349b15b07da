"""ResponseReader: reads the response to a query, piece by piece or as a whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from influx_core._api.base import ResultAdapter
from influx_core._results.query_result import StatementResult
from influx_core._short_text import shortened
from influx_core.errors import DecodeError, InfluxDBError, statement_error
from influx_core.interfaces import Response, ResponseParser
from influx_core.timestamps import Precision

__all__ = ["ResponseReader", "refuse_web_page"]

Parse = Callable[[Any], list[StatementResult]]


class ResponseReader:
    """Reads one response, once.

    Args:
        path: the path of the request, for errors.
        response: its pieces are bytes, or record batches if both it and the parser know these.
        parser: parses the pieces.
        adapter: restores what the API of the server leaves out.
        epoch: the unit in which the series show times; None for RFC 3339 text.
    """

    def __init__(
        self,
        path: str,
        response: Response,
        parser: ResponseParser,
        adapter: ResultAdapter | None,
        epoch: Precision | None,
    ) -> None:
        self._path = path
        self._response = response
        self._parser = parser
        self._adapter = adapter
        self._epoch: Precision | None = epoch
        batches: Callable[[], AsyncIterator[Any]] | None = getattr(response, "batches", None)
        parse_batch: Parse | None = getattr(parser, "feed_batch", None)
        if batches is None or parse_batch is None:
            self._pieces: Callable[[], AsyncIterator[Any]] = response.chunks
            self._parse_piece: Parse = parser.feed
        else:
            self._pieces = batches
            self._parse_piece = parse_batch

    async def results(self) -> AsyncGenerator[StatementResult]:
        """Yield pieces of the results as they arrive.

        Raises:
            QueryError: a statement failed; the results before it were yielded.
            DecodeError: the response is not that of an InfluxDB, or is incomplete.
        """
        refuse_web_page(self._path, self._response)
        async for piece in self._pieces():
            for result in self._parsed(piece):
                yield self._checked(result)
        for result in self._finished():
            yield self._checked(result)

    async def whole(self) -> list[StatementResult]:
        """Return all pieces of the results, when all have arrived.

        Raises:
            QueryError: a statement failed.
            DecodeError: the response is not that of an InfluxDB, or is incomplete.
        """
        refuse_web_page(self._path, self._response)
        results: list[StatementResult] = []
        async for piece in self._pieces():
            results += map(self._checked, self._parsed(piece))
        results += map(self._checked, self._finished())
        return results

    def _parsed(self, piece: Any) -> list[StatementResult]:
        """The results that a piece completes; whatever the parser raises, the piece is at fault."""
        try:
            results = self._parse_piece(piece)
            return results if self._adapter is None else self._adapter.adapt(results)
        except InfluxDBError:
            raise
        except Exception as error:
            raise _unparsable(error) from error

    def _finished(self) -> list[StatementResult]:
        try:
            results = self._parser.finish()
            if self._adapter is None:
                return results
            return [*self._adapter.adapt(results), *self._adapter.finish()]
        except InfluxDBError:
            raise
        except Exception as error:
            raise _unparsable(error) from error

    def _checked(self, result: StatementResult) -> StatementResult:
        if result.error is not None:
            raise statement_error(
                shortened(result.error),
                result.statement_id,
                request_id=self._response.headers.get("x-request-id"),
                reference=result.reference,
            )
        for series in result.series:
            series.epoch = self._epoch
        return result


def refuse_web_page(path: str, response: Response) -> None:
    """Refuse a page for people, which no InfluxDB sends.

    Args:
        path: the path of the request.
        response: the response to it.

    Raises:
        DecodeError: the response is one.
    """
    if "text/html" in response.headers.get("content-type", "").lower():
        raise DecodeError(
            f"a web page came as the response to {path}, which is not from InfluxDB: does "
            "a proxy or a login page answer, or does the base URL belong to something else?"
        )


def _unparsable(error: Exception) -> DecodeError:
    return DecodeError(f"the response cannot be parsed: {type(error).__name__}: {error}")
