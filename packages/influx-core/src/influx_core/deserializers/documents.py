"""The documents of InfluxDB 1.x that JSON and MessagePack share, and what becomes of them."""

from __future__ import annotations

from typing import Any

import msgspec

from influx_core.results import Message, Series, StatementResult

__all__ = ["Document", "results_of"]


class _Message(msgspec.Struct):
    level: str = ""
    text: str = ""


class _Series(msgspec.Struct):
    name: str = ""
    tags: dict[str, str] | None = None
    columns: tuple[str, ...] = ()
    values: list[list[Any]] | None = None
    partial: bool = False


class _Result(msgspec.Struct):
    statement_id: int = 0
    series: list[_Series] | None = None
    messages: list[_Message] | None = None
    error: str | None = None
    partial: bool = False


class Document(msgspec.Struct):
    """One document: a whole answer, or one chunk of it."""

    results: list[_Result] | None = None
    error: str | None = None


def results_of(document: Document) -> list[StatementResult]:
    """The results that a document holds; an error of its own belongs to no statement."""
    if document.error is not None:
        return [StatementResult(None, error=document.error)]
    return [_statement_result(result) for result in document.results or ()]


def _statement_result(result: _Result) -> StatementResult:
    return StatementResult(
        result.statement_id,
        tuple(_series(series) for series in result.series or ()),
        tuple(Message(message.level, message.text) for message in result.messages or ()),
        result.error,
        result.partial,
    )


def _series(series: _Series) -> Series:
    return Series(
        series.name,
        series.columns,
        series.values or [],
        tags=series.tags,
        partial=series.partial,
    )
