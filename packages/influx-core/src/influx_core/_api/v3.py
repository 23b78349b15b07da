"""The API of InfluxDB 3.x: `write_lp`, `query_influxql`, `query_sql`. No I/O.

Answers come as JSON lines, which can be read while they arrive. Source:
https://docs.influxdata.com/influxdb3/core/api/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from influx_core._api.base import API, Question
from influx_core._api.bind_params import bind
from influx_core._api.group_by import GroupedFeed, Shape
from influx_core._api.options import WriteOptions
from influx_core._api.v2 import bucket
from influx_core.errors import ConfigError
from influx_core.interfaces import Feed, Request

__all__ = ["V3"]

_FORMATS: Mapping[str, str] = {
    "application/jsonl": "jsonl",
    "application/vnd.apache.parquet": "parquet",
}
"""MIME types that deserializers ask for, and this server's names for them."""


class V3(API):
    """What to ask a 3.x server, and how to read what it says."""

    name = "v3"
    key_auth = "bearer"
    answers = "jsonl"
    write_path = "/api/v3/write_lp"
    precisions: ClassVar = {
        "ns": "nanosecond",
        "us": "microsecond",
        "ms": "millisecond",
        "s": "second",
    }
    takes: ClassVar = frozenset({"accept_partial", "no_sync"})

    def write_params(self, options: WriteOptions) -> dict[str, str | None]:
        """Database, and what becomes of good lines beside bad ones."""
        return {
            "db": bucket(options.db, options.retention_policy),
            "accept_partial": _flag(options.accept_partial),
            "no_sync": _flag(options.no_sync),
        }

    def query_request(self, question: Question) -> Request:
        """Ask InfluxQL or SQL, by POST."""
        self._refuse_foreign("query", question.options)
        if question.http_verb not in (None, "POST"):
            raise ConfigError(f"http_verb {question.http_verb!r}: api 'v3' is asked by POST")
        asked: dict[str, Any] = {
            "db": bucket(question.options.db, question.options.retention_policy),
            "q": question.text,
            "format": _format(question.accept),
        }
        if question.bind_params:
            asked["params"] = msgspec.Raw(bind(question.bind_params).encode())
        headers = {"accept": question.accept, "content-type": "application/json"}
        path = f"/api/v3/query_{question.language}"
        return Request("POST", path, (), headers, msgspec.json.encode(asked))

    def reader(self, question: Question, feed: Feed) -> Feed:
        """Take the tags of GROUP BY out of the rows, where the statement names them."""
        if question.language != "influxql":
            return feed
        shape = Shape.of(question.text, question.bind_params)
        return feed if shape is None else GroupedFeed(feed, shape)


def _format(accept: str) -> str:
    try:
        return _FORMATS[accept]
    except KeyError:
        raise ConfigError(
            f"api 'v3' gives no {accept} that can be read as series; use the deserializer 'jsonl', "
            "or api='v1', whose /query InfluxDB 3 serves too"
        ) from None


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(bool(value)).lower()
