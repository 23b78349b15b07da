"""What every API is: a table of paths, names and abilities, and the few rules around it. No I/O."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import msgspec

from influx_core._api.error_responses import Asked, refusal
from influx_core._api.options import QueryOptions, WriteOptions
from influx_core.errors import ConfigError, ResponseError
from influx_core.interfaces import Feed, Request
from influx_core.timestamps import Precision
from influx_query import is_read_only

__all__ = ["API", "Health", "Question", "present"]


@dataclass(frozen=True, slots=True)
class Question:
    """A query with all that belongs to it.

    Attributes:
        text: the query.
        options: its database and the form of its answer.
        language: what the text is written in.
        bind_params: values for `$name` in the text.
        http_verb: overrides what the query itself asks for.
        accept: the MIME type of the answer.

    Raises:
        ConfigError: the text cannot be sent unchanged.
    """

    text: str
    options: QueryOptions = field(default_factory=QueryOptions)
    language: Literal["influxql", "sql"] = "influxql"
    bind_params: Mapping[str, object] | None = None
    http_verb: str | None = None
    accept: str = "application/json"

    def __post_init__(self) -> None:
        try:
            self.text.encode()
        except UnicodeEncodeError as error:
            raise ConfigError(f"a query that is not Unicode cannot be sent: {error}") from None

    @property
    def read_only(self) -> bool:
        """Whether the server stays as it was, however often it is asked; SQL only reads."""
        return self.language == "sql" or is_read_only(self.text)


@dataclass(frozen=True, slots=True)
class Health:
    """How a server says it is.

    Attributes:
        status: `pass`; a server that is not well answers with an error instead.
        version: its version, where it tells.
        message: its own words, where it has some.
    """

    status: str = "pass"
    version: str = ""
    message: str = ""


class API(ABC):
    """One kind of server.

    Attributes:
        name: what it is called in a client's configuration.
        key_auth: the name of the auth that carries a token there.
        answers: the deserializer of its answers where the caller leaves the choice.
        administered: whether databases, policies and users are managed by InfluxQL.
        health_path: where it says how it is.
        write_path: where it takes points.
        precisions: the units of timestamps it takes, and its names for them.
        takes: the options of requests that only some servers know and this one does.
    """

    name: ClassVar[str]
    key_auth: ClassVar[str] = "token"
    answers: ClassVar[str] = "auto"
    administered: ClassVar[bool] = False
    health_path: ClassVar[str] = "/health"
    write_path: ClassVar[str]
    precisions: ClassVar[Mapping[Precision, str]]
    takes: ClassVar[frozenset[str]] = frozenset()

    def ping_request(self) -> Request:
        """Ask whether the server is there."""
        return Request("GET", "/ping")

    def read_ping(self, headers: Mapping[str, str], body: bytes) -> str:
        """The server's version; an empty text if it tells none."""
        return headers.get("x-influxdb-version") or _text(_object(body), "version")

    def health_request(self) -> Request:
        """Ask how the server is."""
        return Request("GET", self.health_path)

    def read_health(self, headers: Mapping[str, str], body: bytes) -> Health:
        """How the server says it is."""
        said = _object(body)
        return Health(
            _text(said, "status") or "pass", self.read_ping(headers, body), _text(said, "message")
        )

    def write_request(self, body: bytes, content_type: str, options: WriteOptions) -> Request:
        """Ask to store points; always with an explicit precision.

        Raises:
            ConfigError: this kind of server has no such precision, or no such option.
        """
        self._refuse_foreign("write", options)
        if options.unit not in self.precisions:
            known = ", ".join(self.precisions)
            raise ConfigError(
                f"api {self.name!r} takes no timestamps of precision {options.unit!r}; known: "
                f"{known}"
            )
        params = present(**self.write_params(options), precision=self.precisions[options.unit])
        return Request("POST", self.write_path, params, {"content-type": content_type}, body)

    @abstractmethod
    def write_params(self, options: WriteOptions) -> dict[str, str | None]:
        """Where points go, and how, in this API's names; None for what is not said."""

    @abstractmethod
    def query_request(self, question: Question) -> Request:
        """Ask a question.

        Raises:
            ConfigError: this kind of server cannot answer it.
        """

    def acknowledges(self, body: bytes) -> bool:
        """Whether a good answer to a write says that it is stored: by saying nothing, or in JSON.

        A page of HTML with status 200 comes from a proxy that did not ask the server.
        """
        return not body.strip() or _says_no_error(body)

    def reader(self, question: Question, feed: Feed) -> Feed:
        """What reads the answer: the feed of the format, with what this API has of its own."""
        return feed

    def check_administered(self, what: str) -> None:
        """Make sure that `what` can be done by InfluxQL there.

        Raises:
            ConfigError: it cannot.
        """
        if not self.administered:
            raise ConfigError(
                f"api {self.name!r} cannot {what} by InfluxQL: use the server's own tools"
            )

    def error(
        self,
        request: Request,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        now: float = 0.0,
    ) -> ResponseError:
        """Read an answer with an error status, which came `now`, into the exception for it."""
        asked = _asked(request.path)
        return refusal(asked, status, headers, body, sent=request.body, now=now)

    def _refuse_foreign(self, verb: str, options: WriteOptions | QueryOptions) -> None:
        for name in ("consistency", "org", "accept_partial", "no_sync"):
            if getattr(options, name, None) is not None and name not in self.takes:
                raise ConfigError(f"api {self.name!r}: a {verb} takes no {name}")


def present(**params: str | None) -> tuple[tuple[str, str], ...]:
    """The parameters that have a value, in their order."""
    return tuple((name, value) for name, value in params.items() if value is not None)


def _asked(path: str) -> Asked:
    if "write" in path:
        return "write"
    return "query" if "query" in path else "other"


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _says_no_error(body: bytes) -> bool:
    try:
        return not msgspec.json.decode(body, type=dict[str, Any]).get("error")
    except msgspec.DecodeError:
        return False


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
