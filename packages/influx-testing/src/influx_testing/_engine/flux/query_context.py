"""QueryContext: what the functions of one Flux query share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from influx_flux.nodes import Location
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.storage.server_access import ServerAccess
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import FluxTime, Value

__all__ = ["QueryContext", "YieldedResult"]


@dataclass(frozen=True, slots=True)
class YieldedResult:
    """A stream with the name under which the query returns it."""

    name: str
    tables: TableStream


def _no_member(context: QueryContext, path: str, name: str) -> Value:
    raise NotImplementedError((path, name))


@dataclass(slots=True)
class QueryContext:
    """The state of one query.

    Attributes:
        start: the time at which the query runs (ns since 1970): the value of `now()`, unless the
            query has `option now`.
        server: the buckets of the server; None for a query without a server.
        budget: the limits of the query.
        members: the values of packages by path and name, options included.
        yields: the results, in the order of their `yield`.
        effects: the streams that are read for what they do, such as those of `to`, even if they are
            not among the results.
        find_member: finds the value of a package when it is first used.
        caller: the call in the query's text of the function of the standard library that runs, if
            it is written in Flux: its name and where it is.
    """

    start: int
    server: ServerAccess | None = None
    budget: QueryBudget = field(default_factory=QueryBudget)
    members: dict[tuple[str, str], Value] = field(default_factory=dict[tuple[str, str], Value])
    yields: list[YieldedResult] = field(default_factory=list[YieldedResult])
    effects: list[TableStream] = field(default_factory=list[TableStream])
    find_member: Callable[[QueryContext, str, str], Value] = _no_member
    caller: tuple[str, Location | None] | None = None

    def member(self, path: str, name: str) -> Value:
        """Return a value of a package: a function, a constant or an option.

        Args:
            path: the path of the package, as in an import; empty for universe.
            name: the name in the package.

        Raises:
            FakeUnsupported: the fake does not have it.
        """
        key = (path, name)
        try:
            return self.members[key]
        except KeyError:
            value = self.members[key] = self.find_member(self, path, name)
            return value

    def set_option(self, path: str, name: str, value: Value) -> None:
        """Replace the value of an option for the rest of the query."""
        self.members[path, name] = value

    def now(self) -> FluxTime:
        """Return the time that the option `now` gives."""
        return FluxTime(self.member("", "now")())

    def tables(self, make: Callable[[], Any]) -> TableStream:
        """Create a stream; `make` returns its tables, at the start of each iteration."""
        return TableStream(self.budget, make)
