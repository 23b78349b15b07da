"""CREATE, ALTER and DROP RETENTION POLICY, SHOW RETENTION POLICIES.

Durations are in nanoseconds; 0 (``INF``) keeps data forever.

Source: https://docs.influxdata.com/influxdb/v1/query_language/manage-database/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from influx_query._clauses.builder_arguments import (
    Duration,
    duration_or_forever,
    name_of,
    required_name,
)
from influx_query._clauses.clause_nodes import Statement, print_on
from influx_query._clauses.clause_parser import read_on, read_on_database
from influx_query._clauses.registry import reads
from influx_query._expressions.cursor import Cursor
from influx_query._text.durations import format_duration
from influx_query._text.numpy_scalars import plain
from influx_query._text.quoting import quote_if_needed
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MAX_REPLICATION: Final = 2**31 - 1


@node
class CreateRetentionPolicyStatement(Statement):
    """Creates a retention policy.

    Example:
        CREATE RETENTION POLICY week ON metrics DURATION 1w REPLICATION 1 DEFAULT
    """

    name: str
    database: str
    duration: int
    replication: int
    shard_duration: int = 0
    future_limit: int = 0
    past_limit: int = 0
    default: bool = False

    def _pieces(self, wire: bool) -> Pieces:
        yield f"CREATE RETENTION POLICY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}"
        yield f" DURATION {format_duration(self.duration)} REPLICATION {self.replication}"
        if self.shard_duration:
            yield f" SHARD DURATION {format_duration(self.shard_duration)}"
        yield print_write_limits(self.future_limit or None, self.past_limit or None)
        yield " DEFAULT" if self.default else ""


@node
class AlterRetentionPolicyStatement(Statement):
    """Changes attributes of a retention policy; None leaves an attribute as it is.

    Example:
        ALTER RETENTION POLICY week ON metrics DURATION 2w SHARD DURATION 1d
    """

    name: str
    database: str
    duration: int | None = None
    replication: int | None = None
    shard_duration: int | None = None
    future_limit: int | None = None
    past_limit: int | None = None
    default: bool = False

    def _pieces(self, wire: bool) -> Pieces:
        yield f"ALTER RETENTION POLICY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}"
        if self.duration is not None:
            yield f" DURATION {format_duration(self.duration)}"
        if self.replication is not None:
            yield f" REPLICATION {self.replication}"
        if self.shard_duration is not None:
            yield f" SHARD DURATION {format_duration(self.shard_duration)}"
        yield print_write_limits(self.future_limit, self.past_limit)
        yield " DEFAULT" if self.default else ""


@node
class DropRetentionPolicyStatement(Statement):
    """Drops a retention policy with everything in it.

    Example:
        DROP RETENTION POLICY week ON metrics
    """

    name: str
    database: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP RETENTION POLICY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}"


@node
class ShowRetentionPoliciesStatement(Statement):
    """Lists the retention policies of a database; an empty name means the request's database.

    Example:
        SHOW RETENTION POLICIES ON metrics
    """

    database: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW RETENTION POLICIES{print_on(self.database)}"


def print_write_limits(future: int | None, past: int | None) -> str:
    """Return the limits of the newest dialect: how far from now a written point's time may be."""
    limits = (("FUTURE", future), ("PAST", past))
    return "".join(
        f" {which} LIMIT {format_duration(span)}" for which, span in limits if span is not None
    )


@reads("CREATE RETENTION POLICY")
def _create(cursor: Cursor) -> CreateRetentionPolicyStatement:
    name, database = cursor.ident(), read_on_database(cursor)
    cursor.expect("DURATION")
    duration = cursor.duration()
    cursor.expect("REPLICATION")
    return CreateRetentionPolicyStatement(
        name,
        database,
        duration,
        replication=read_replication(cursor),
        shard_duration=_read_shard_duration(cursor) if cursor.accept("SHARD") else 0,
        future_limit=read_write_limit(cursor) if cursor.accept("FUTURE") else 0,
        past_limit=read_write_limit(cursor) if cursor.accept("PAST") else 0,
        default=cursor.accept("DEFAULT"),
    )


@reads("ALTER RETENTION POLICY")
def _alter(cursor: Cursor) -> AlterRetentionPolicyStatement:
    name = "default" if cursor.accept("DEFAULT") else cursor.ident()
    database = read_on_database(cursor)
    options: dict[str, Any] = {}
    while (keyword := cursor.kind) in _OPTIONS:
        attribute, reader = _OPTIONS[keyword]
        if attribute in options:
            raise cursor.error(f"found duplicate {keyword} option", cursor.place)
        cursor.index += 1
        options[attribute] = reader(cursor)
    if not options:
        cursor.fail("DURATION", "REPLICATION", "SHARD", "DEFAULT", *later_options(cursor))
    return AlterRetentionPolicyStatement(name, database, **options)


@reads("DROP RETENTION POLICY")
def _drop(cursor: Cursor) -> DropRetentionPolicyStatement:
    return DropRetentionPolicyStatement(cursor.ident(), read_on_database(cursor))


@reads("SHOW RETENTION POLICIES")
def _show(cursor: Cursor) -> ShowRetentionPoliciesStatement:
    return ShowRetentionPoliciesStatement(read_on(cursor))


def later_options(cursor: Cursor) -> tuple[str, ...]:
    """Return the options that only the newest dialect has: limits on the times of points."""
    return ("FUTURE", "PAST") if cursor.is_latest else ()


def read_replication(cursor: Cursor) -> int:
    """Read the number behind REPLICATION."""
    return cursor.integer(1, _MAX_REPLICATION)


def read_write_limit(cursor: Cursor) -> int:
    """Read LIMIT and a duration, behind FUTURE or PAST."""
    cursor.expect("LIMIT")
    return cursor.duration()


def _read_shard_duration(cursor: Cursor) -> int:
    cursor.expect("DURATION")
    if cursor.kind == "INF":
        raise cursor.error("invalid duration INF for shard duration", cursor.place)
    return cursor.duration()


def _read_default(_: Cursor) -> bool:
    return True


_OPTIONS: Final[Mapping[str, tuple[str, Callable[[Cursor], object]]]] = {
    "DURATION": ("duration", Cursor.duration),
    "REPLICATION": ("replication", read_replication),
    "SHARD": ("shard_duration", _read_shard_duration),
    "DEFAULT": ("default", _read_default),
    "FUTURE": ("future_limit", read_write_limit),
    "PAST": ("past_limit", read_write_limit),
}
"""What ALTER RETENTION POLICY can change, in any order: the attribute and its reader."""


def replication_factor(value: object) -> int:
    """Return a replication factor that the server takes.

    Raises:
        TypeError: The value is not an integer.
        ValueError: It is out of range.
    """
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"replication={value!r} takes a whole number")
    if not 1 <= value <= _MAX_REPLICATION:
        raise ValueError(f"replication={value} takes a number from 1 to {_MAX_REPLICATION}")
    return value


def create_retention_policy(
    name: str,
    on: str,
    duration: Duration,
    *,
    replication: int = 1,
    shard_duration: Duration = 0,
    default: bool = False,
) -> CreateRetentionPolicyStatement:
    """Create a retention policy; with a shard duration of 0 the server chooses one.

    Raises:
        TypeError: A name is not a string, or a duration has a wrong type.
        ValueError: A name is empty, a duration is invalid, or `replication` is out of range.
    """
    return CreateRetentionPolicyStatement(
        required_name("retention policy", name),
        required_name("database", on),
        duration_or_forever(duration),
        replication_factor(replication),
        shard_duration=duration_or_forever(shard_duration),
        default=default,
    )


def alter_retention_policy(
    name: str,
    on: str,
    *,
    duration: Duration | None = None,
    replication: int | None = None,
    shard_duration: Duration | None = None,
    default: bool = False,
) -> AlterRetentionPolicyStatement:
    """Change a retention policy; arguments that are None leave it as it is.

    Raises:
        TypeError: A name is not a string, or a duration has a wrong type.
        ValueError: No change is given, or a value is out of range.
    """
    if duration is None and replication is None and shard_duration is None and not default:
        raise ValueError(f"alter_retention_policy({name!r}) says nothing to change")
    return AlterRetentionPolicyStatement(
        required_name("retention policy", name),
        required_name("database", on),
        duration=None if duration is None else duration_or_forever(duration),
        replication=None if replication is None else replication_factor(replication),
        shard_duration=None if shard_duration is None else duration_or_forever(shard_duration),
        default=default,
    )


def drop_retention_policy(name: str, on: str) -> DropRetentionPolicyStatement:
    """Drop a retention policy with everything in it."""
    return DropRetentionPolicyStatement(
        required_name("retention policy", name), required_name("database", on)
    )


def show_retention_policies(on: str = "") -> ShowRetentionPoliciesStatement:
    """List the retention policies of a database; by default of the request's database."""
    return ShowRetentionPoliciesStatement(name_of("database", on))
