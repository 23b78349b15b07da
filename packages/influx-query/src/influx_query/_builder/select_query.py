"""The query builder: raw text, typed operands, or both, clause by clause.

A query is immutable: every method returns a new one. The builder quotes all names and values; it
leaves only raw expressions as they are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias

from influx_query._builder import query_clauses as clauses
from influx_query._builder.query_clauses import Clauses
from influx_query._builder.rendering import Binder, write_literally
from influx_query._clauses.clause_nodes import Measurement
from influx_query._statements.parser import parse
from influx_query._statements.select.select_nodes import SelectStatement
from influx_query._tree.node import Node
from influx_query._validate.validation import check_select

if TYPE_CHECKING:
    from influx_query._builder.query_clauses import Dimension, Equal, FillValue, Selectable
    from influx_query._expressions.conditions import Condition

Source: TypeAlias = "str | Measurement | SelectQuery"


class QueryClient(Protocol):
    """The method of a client that `SelectQuery.execute` calls."""

    @property
    def execute(self) -> Callable[..., Awaitable[Any]]:
        """Run a query with `http_verb` and the parameters of the request; return its result."""
        ...


class SelectQuery:
    """An immutable SELECT query: each method returns a new one.

    Args:
        client: The client that runs the query; it needs an `execute` method.
        select: Raw expressions as one text, or several expressions, raw or typed.
        from_: Measurements or subqueries; a string is one name, or several quoted names.
        into: The measurement to write into, by name.
        where: A raw condition.
        group_by: A tag, or text with quoted names; ``*`` and ``time(5m)`` are allowed.
        descending: Whether the newest points come first.
        limit: The largest number of points per series.
        offset: The number of points to skip in each series.
        slimit: The largest number of series.
        soffset: The number of series to skip.
        query_params: Parameters of the HTTP request, for `execute`.

    Raises:
        ValueError: A name or a number can't be written in InfluxQL.
    """

    __slots__ = ("_client", "_query_params", "clauses")

    clauses: Clauses
    """The clauses of the query; its methods set them."""

    def __init__(
        self,
        client: QueryClient | None,
        select: Selectable | Iterable[Selectable],
        from_: Source | Iterable[Source],
        into: str | Measurement = "",
        where: str | Condition = "",
        group_by: str = "",
        descending: bool = False,
        limit: int | None = None,
        offset: int | None = None,
        slimit: int | None = None,
        soffset: int | None = None,
        query_params: Mapping[str, Any] | None = None,
    ) -> None:
        self._client = client
        self._query_params = dict(query_params or {})
        self.clauses = Clauses(
            select=clauses.selected(_several(select)),
            sources=_sources(_several(from_), ready=True),
            into=clauses.target(into, ready=True),
            where=clauses.conditions((where,) if where else (), {}),
            group_by=clauses.ready_dimensions(group_by),
            descending=clauses.flag("descending", descending),
            limit=clauses.count("limit", limit),
            offset=clauses.count("offset", offset),
            slimit=clauses.count("slimit", slimit),
            soffset=clauses.count("soffset", soffset),
        )

    def select(self, *expressions: Selectable) -> Self:
        """Add fields, as raw or typed expressions; without arguments, remove all fields."""
        if not expressions:
            return self._with(select=())
        return self._with(select=self.clauses.select + clauses.selected(expressions))

    def from_(self, *sources: Source) -> Self:
        """Set the sources: names of measurements, typed measurements, or subqueries."""
        return self._with(sources=_sources(sources))

    def into(self, into: str | Measurement) -> Self:
        """Set the measurement of INTO; an empty name removes the clause."""
        return self._with(into=clauses.target(into))

    def where(self, *expressions: str | Condition, **equals: Equal) -> Self:
        """Add conditions, joined with AND; without arguments, remove all.

        Args:
            expressions: Typed or raw conditions; raw ones with an OR get parentheses.
            equals: Values of tags and fields by name. A list matches any of its values, and a
                compiled pattern matches as a regular expression. An integer is written without
                a suffix, so it matches integers and floats.

        Raises:
            TypeError: InfluxQL has no literal for a value.
            ValueError: A value can't be written.
        """
        if not expressions and not equals:
            return self._with(where=())
        return self._with(where=self.clauses.where + clauses.conditions(expressions, equals))

    def group_by(self, *dimensions: Dimension) -> Self:
        """Add dimensions to GROUP BY: names of tags, `time(...)`, `tag(...)`, or a regex over tags.

        ``*`` means all tags, and replaces single tags. Without arguments, the clause is removed.
        """
        if not dimensions:
            return self._with(group_by=())
        return self._with(group_by=clauses.dimensions(self.clauses.group_by, dimensions))

    def fill(self, value: FillValue) -> Self:
        """Set the value of empty buckets: a number, or an option; None means the server's default.

        Raises:
            ValueError: It is neither a number nor ``null``, ``none``, ``previous`` or ``linear``.
        """
        return self._with(fill=clauses.fill(value))

    def descending(self, value: bool = True) -> Self:
        """Sort the points by time, newest first; with False, oldest first.

        Raises:
            TypeError: The value is not a boolean.
        """
        return self._with(descending=clauses.flag("descending", value))

    def limit(self, limit: int | None = None) -> Self:
        """Set the largest number of points per series; None means all."""
        return self._with(limit=clauses.count("limit", limit))

    def offset(self, offset: int | None = None) -> Self:
        """Set the number of points to skip in each series; None means 0."""
        return self._with(offset=clauses.count("offset", offset))

    def slimit(self, slimit: int | None = None) -> Self:
        """Set the largest number of series; None means all."""
        return self._with(slimit=clauses.count("slimit", slimit))

    def soffset(self, soffset: int | None = None) -> Self:
        """Set the number of series to skip; None means 0."""
        return self._with(soffset=clauses.count("soffset", soffset))

    def tz(self, location: str) -> Self:
        """Set the time zone of buckets and of times in the result: ``Europe/Helsinki``.

        Raises:
            ValueError: The time zone is unknown.
        """
        return self._with(location=clauses.location(location))

    def params(self, **query_params: Any) -> Self:
        """Set the parameters of the HTTP request; these replace the previous ones."""
        return self._copy(self.clauses, query_params)

    async def execute(self) -> Any:
        """Run the query, with POST if it has INTO, otherwise with GET.

        Returns:
            The result of the client's `execute`.

        Raises:
            RuntimeError: The query has no client.
            ValueError: The query has no fields, or no source.
            ValidationError: See `check`.
        """
        if self._client is None:
            raise RuntimeError(
                "this query has no client; make it with client.query(...), or pass it to "
                "client.execute(...)"
            )
        self.check()
        verb = "GET" if self.clauses.into is None else "POST"
        return await self._client.execute(str(self), http_verb=verb, **self._query_params)

    def check(self) -> Self:
        """Raise an error if every server would refuse the query, e.g. sum() beside a plain field.

        A query with raw fields, or with parameters in its fields or sources, is not checked.

        Raises:
            ValidationError: The server would refuse the query; the text is the server's error.
            ValueError: The query has no fields, or no source.
        """
        without_conditions = self._with(where=())
        clauses_left = without_conditions.complete()
        if not clauses_left.has_raw_fields and not clauses_left.parameter_names():
            check_select(without_conditions.statement())
        return self

    def statement(self) -> SelectStatement:
        """Return the syntax tree of the query.

        Raises:
            InfluxQLSyntaxError: A raw expression is not InfluxQL.
            ValueError: The query has no fields or no source, or raw text adds a statement.
        """
        self.complete()
        statements = parse(str(self))
        if len(statements) != 1 or not isinstance(statements[0], SelectStatement):
            raise ValueError(f"a raw expression makes {len(statements)} statements of {self}")
        return statements[0]

    def bound(self) -> tuple[str, dict[str, object]]:
        """Return the text with a ``$name`` for each value of a condition, and the values by name.

        Pass the values to a client as `bind_params`. Values inside raw expressions are not
        replaced. Parameters already in the query keep their names.
        """
        binder = Binder(self.clauses.parameter_names())
        return self.complete().text(write_literally, binder), binder.params

    def complete(self) -> Clauses:
        """Return the clauses of a query that has fields and a source.

        Raises:
            ValueError: The fields or the source are missing.
        """
        for clause, there in (("select", self.clauses.select), ("from_", self.clauses.sources)):
            if not there:
                raise ValueError(f"{self!r} is not complete: it needs {clause}(...)")
        return self.clauses

    def __str__(self) -> str:
        """Return the text of the query.

        Raises:
            ValueError: There is nothing to select, or nothing to select from.
        """
        return self.complete().text(write_literally, write_literally)

    def __repr__(self) -> str:
        return f"<SelectQuery {self.clauses.text(write_literally, write_literally)}>"

    def _with(self, **changes: Any) -> Self:
        return self._copy(replace(self.clauses, **changes), self._query_params)

    def _copy(self, parts: Clauses, query_params: Mapping[str, Any]) -> Self:
        copy = object.__new__(type(self))
        copy._client = self._client
        copy._query_params = dict(query_params)
        copy.clauses = parts
        return copy


def query(*expressions: Selectable) -> SelectQuery:
    """Return a query with these fields: ``query(func.mean("value")).from_("cpu")``."""
    return SelectQuery(None, expressions, ())


def _several(value: object) -> tuple[Any, ...]:
    """Return the items of a list or a tuple; anything else is one item, if it is not empty."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return (value,) if value != "" else ()


def _sources(sources: Iterable[Source], *, ready: bool = False) -> tuple[Node | Clauses, ...]:
    return tuple(
        each.complete() if isinstance(each, SelectQuery) else clauses.source(each, ready=ready)
        for each in sources
    )
