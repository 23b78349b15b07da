"""API: the base class of the server APIs, with paths, parameter names and features. No I/O."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from influx_core._annotated_csv.dialect import Dialect
from influx_core._api.error_responses import error_from_response
from influx_core._api.flux_request import flux_body, only_reads
from influx_core._api.request_options import QueryOptions, UnsupportedOption, WriteOptions
from influx_core._api.response_body import read_object
from influx_core._results.query_result import StatementResult
from influx_core.errors import ConfigError, ResponseError
from influx_core.interfaces import Deserializer, Request
from influx_core.timestamps import Precision
from influx_query import is_read_only

__all__ = [
    "API",
    "V3_CONFIGURATION",
    "Configuration",
    "Health",
    "Listing",
    "QueryRequest",
    "ResultAdapter",
    "present",
]

Listing = Literal["series"]
"""The kinds of lists that some servers do not have."""

Configuration = Literal[
    "databases",
    "tables",
    "tokens",
    "authorizations",
    "buckets",
    "dbrps",
    "organizations",
    "points",
    "tasks",
]
"""What the APIs of InfluxDB 3 (the first three) and of InfluxDB 2 manage."""

V3_CONFIGURATION: frozenset[Configuration] = frozenset({"databases", "tables", "tokens"})

_SERVER_OF_OPTION = {
    "consistency": "InfluxDB 1.x",
    "org": "InfluxDB 2.x",
    "accept_partial": "InfluxDB 3.x",
    "no_sync": "InfluxDB 3.x",
}

_DEFAULT_DIALECT = Dialect()

_ANNOTATED_CSV = "application/csv"


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query with everything needed to send it.

    Attributes:
        text: the query.
        options: its database and the form of its result.
        language: the language of the text.
        bind_params: values for `$name` in the text.
        http_verb: `GET` or `POST`; what the query needs by default.
        accept: the MIME type of the response.
        transport_formats: the MIME types that the transport adds to those of HTTP.
        dialect: the form of the response to Flux.
        extern: the parameters of Flux, as a syntax tree.
        own_format: whether the response has the format that the API uses by default, whatever the
            client chose: CSV has no types and does not report failed statements. This is so for
            statements that change something, too.

    Raises:
        ConfigError: the text cannot be sent unchanged.
    """

    text: str
    options: QueryOptions = field(default_factory=QueryOptions)
    language: Literal["influxql", "sql", "flux"] = "influxql"
    bind_params: Mapping[str, object] | None = None
    http_verb: str | None = None
    accept: str = "application/json"
    transport_formats: frozenset[str] = frozenset()
    dialect: Dialect = _DEFAULT_DIALECT
    extern: Mapping[str, Any] | None = None
    own_format: bool = False

    def __post_init__(self) -> None:
        try:
            self.text.encode()
        except UnicodeEncodeError as error:
            raise ConfigError(f"a query that is not Unicode cannot be sent: {error}") from None

    def received_as(self, accept: str, transport_formats: frozenset[str]) -> QueryRequest:
        """The same query, whose response has another type; `dataclasses.replace` is slow."""
        return QueryRequest(
            self.text,
            self.options,
            self.language,
            self.bind_params,
            self.http_verb,
            accept,
            transport_formats,
            self.dialect,
            self.extern,
            self.own_format,
        )

    @property
    def read_only(self) -> bool:
        """Whether running it changes nothing on the server; SQL only reads."""
        if self.language == "flux":
            return only_reads(self.text)
        return self.language == "sql" or is_read_only(self.text)


class ResultAdapter(Protocol):
    """Restores in the results of one response what an API leaves out."""

    def adapt(self, results: list[StatementResult]) -> list[StatementResult]:
        """Take the next results; return what is complete, adapted."""
        ...

    def finish(self) -> list[StatementResult]:
        """End the response; return the remaining results."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a server, as it reports it.

    Attributes:
        status: `pass`; an unhealthy server responds with an error instead.
        version: its version, if the server reports it.
        message: the server's message, if there is one.
    """

    status: str = "pass"
    version: str = ""
    message: str = ""


class API(ABC):
    """The HTTP API of one kind of server.

    Attributes:
        name: its name in the configuration of a client.
        auth_scheme: the name of the auth that carries a token there.
        response_format: the default deserializer for its responses.
        own_formats: the deserializers for formats that it writes in another way than InfluxDB 1.x,
            by the name of the format.
        byte_formats: the MIME types of responses that are not parsed, by the name of the format.
        transport_deserializers: the deserializers for formats that some transports add, by the MIME
            type of the format.
        has_admin_api: whether databases, policies and users are managed by InfluxQL.
        has_unsigned: whether it stores unsigned integers.
        configuration: the objects that a configuration API manages.
        unlisted: the lists that the server does not have.
        health_path: the path of its health check.
        write_path: the path for writes.
        flux_path: the path for Flux; None if the server does not run Flux.
        precisions: the units of timestamps it takes, and its names for them.
        supported_options: the options of requests that only some servers have and this one does.
    """

    name: ClassVar[str]
    auth_scheme: ClassVar[str] = "token"
    response_format: ClassVar[str] = "auto"
    own_formats: ClassVar[Mapping[str, str]] = {}
    byte_formats: ClassVar[Mapping[str, str]] = {
        "csv": "application/csv",
        "json": "application/json",
    }
    transport_deserializers: ClassVar[Mapping[str, str]] = {}
    has_admin_api: ClassVar[bool] = False
    has_unsigned: ClassVar[bool] = False
    configuration: ClassVar[frozenset[Configuration]] = frozenset()
    unlisted: ClassVar[frozenset[Listing]] = frozenset()
    health_path: ClassVar[str] = "/health"
    write_path: ClassVar[str]
    flux_path: ClassVar[str | None] = None
    precisions: ClassVar[Mapping[Precision, str]]
    supported_options: ClassVar[frozenset[str]] = frozenset()

    def deserializer_name(self, transport_formats: frozenset[str]) -> str:
        """The name of the deserializer that a client uses unless it chose one.

        Args:
            transport_formats: the MIME types that the transport adds to those of HTTP.
        """
        added = self.transport_deserializers.items()
        return next(
            (name for mime, name in added if mime in transport_formats), self.response_format
        )

    def deserializer_for(self, query: QueryRequest, chosen: Deserializer) -> Deserializer:
        """What reads the result of a query: the chosen deserializer, or one that guesses less."""
        return chosen

    def transport_runs(self, query: QueryRequest) -> bool:
        """Whether a query runs in a format that a transport adds, not only in those of HTTP."""
        return True

    def ping_request(self) -> Request:
        """The request that asks whether the server is there."""
        return Request("GET", "/ping", operation="ping")

    def read_ping(self, headers: Mapping[str, str], body: bytes) -> str:
        """The server's version; an empty text if it tells none."""
        return headers.get("x-influxdb-version") or _text(read_object(body) or {}, "version")

    def health_request(self) -> Request:
        """The request for the state of the server."""
        return Request("GET", self.health_path, operation="ping")

    def read_health(self, headers: Mapping[str, str], body: bytes) -> Health:
        """The state of the server."""
        said = read_object(body) or {}
        return Health(
            _text(said, "status") or "pass", self.read_ping(headers, body), _text(said, "message")
        )

    def write_request(self, body: bytes, content_type: str, options: WriteOptions) -> Request:
        """The request that stores points; always with an explicit precision.

        Raises:
            ConfigError: this kind of server has no such precision, or no such option.
        """
        self.check_write(options)
        params = present(**self.write_params(options), precision=self.precisions[options.unit])
        headers = {"content-type": content_type}
        return Request("POST", self.write_path, params, headers, body, operation="write")

    def check_write(self, options: WriteOptions) -> None:
        """Make sure that this kind of server supports the options of a write.

        Raises:
            UnsupportedOption: it has no such precision, or no such option.
        """
        self._refuse_unsupported("write", options)
        if options.unit not in self.precisions:
            known = ", ".join(self.precisions)
            raise UnsupportedOption(
                f"api {self.name!r} takes no timestamps of precision {options.unit!r}; known: "
                f"{known}"
            )

    @abstractmethod
    def write_params(self, options: WriteOptions) -> dict[str, str | None]:
        """The parameters of a write in this API's names; None for those not given."""

    def request_of(self, query: QueryRequest) -> Request:
        """The request that runs a query in any language.

        Raises:
            ConfigError: this kind of server cannot run it.
        """
        return self._flux_request(query) if query.language == "flux" else self.query_request(query)

    @abstractmethod
    def query_request(self, query: QueryRequest) -> Request:
        """The request that runs a query in InfluxQL or SQL.

        Raises:
            ConfigError: this kind of server cannot run it.
        """

    def _flux_request(self, query: QueryRequest) -> Request:
        if self.flux_path is None:
            raise ConfigError(
                f"api {self.name!r} does not run Flux: InfluxDB 2.x does, and 1.8 if it is enabled"
            )
        self._refuse_unsupported("query", query.options)
        headers = {"accept": query.accept, "content-type": "application/json"}
        params = present(org=query.options.org)
        body = flux_body(query.text, query.dialect, query.extern)
        return Request("POST", self.flux_path, params, headers, body, operation="query")

    def byte_format(self, language: str, format_: str) -> str:
        """The MIME type of a response that is not parsed.

        Args:
            language: the language of the query.
            format_: the name of the format.

        Raises:
            ConfigError: the server does not send results of this language in this format.
        """
        if format_ not in self.byte_formats:
            known = " or ".join(self.byte_formats)
            raise ConfigError(f"format {format_!r}: a response as bytes is {known}")
        if language != "flux":
            return self.byte_formats[format_]
        if format_ != "csv":
            raise ConfigError("results of Flux are annotated CSV: format='csv'")
        return _ANNOTATED_CSV

    def acknowledges(self, body: bytes) -> bool:
        """Whether the body of a successful response to a write acknowledges it.

        An acknowledgement is empty, or a JSON object without an error. An HTML page with status
        200 comes from a proxy that did not ask the server.
        """
        return not body.strip() or _has_no_error(body)

    def result_adapter(self, query: QueryRequest) -> ResultAdapter | None:
        """What restores in the results of a query what this API leaves out; None for nothing."""
        return None

    def require_admin_api(self, action: str) -> None:
        """Make sure that InfluxQL can do an action there.

        Raises:
            ConfigError: it cannot.
        """
        if not self.has_admin_api:
            raise ConfigError(
                f"api {self.name!r} cannot {action} by InfluxQL: use the server's own tools"
            )

    def require_listing(self, listing: Listing) -> None:
        """Raise an error if the server cannot list something.

        Raises:
            ConfigError: it cannot.
        """
        if listing in self.unlisted:
            raise ConfigError(
                f"api {self.name!r} cannot list {listing}: it does not support SHOW "
                f"{listing.upper()}; select from the measurement, grouped by its tags"
            )

    def require_configuration(self, managed: Configuration) -> None:
        """Raise an error if no configuration API of the server manages something.

        Raises:
            ConfigError: it is not.
        """
        if managed not in self.configuration:
            needed = "v3" if managed in V3_CONFIGURATION else "v2"
            raise ConfigError(
                f"api {self.name!r} has no configuration of {managed}: that needs api={needed!r}; "
                f"{self._managed_here()}"
            )

    def _managed_here(self) -> str:
        if self.configuration:
            return f"it has that of {', '.join(sorted(self.configuration))}"
        return "client.admin manages it by InfluxQL" if self.has_admin_api else "it has none"

    def error(
        self,
        request: Request,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        now: float = 0.0,
    ) -> ResponseError:
        """The exception for a response with an error status, which came `now`."""
        return error_from_response(
            request.operation,
            status,
            headers,
            body,
            sent=request.body,
            now=now,
            advice=self._advice(request, status),
        )

    def _advice(self, request: Request, status: int) -> str:
        """What a user can do about an error, if the server's message does not say it."""
        return ""

    def _refuse_unsupported(self, verb: str, options: WriteOptions | QueryOptions) -> None:
        for name in options.of_some_apis:
            if getattr(options, name) is not None and name not in self.supported_options:
                raise UnsupportedOption(
                    f"api {self.name!r}: a {verb} takes no {name}, which is for "
                    f"{_SERVER_OF_OPTION[name]}"
                )


def present(**params: str | None) -> tuple[tuple[str, str], ...]:
    """The parameters that have a value, in their order."""
    return tuple((name, value) for name, value in params.items() if value is not None)


def _has_no_error(body: bytes) -> bool:
    said = read_object(body)
    return said is not None and not said.get("error")


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
