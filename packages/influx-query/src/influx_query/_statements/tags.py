"""SHOW TAG KEYS, SHOW TAG VALUES, and their CARDINALITY.

Source: https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/#show-tag-keys
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, TypedDict, cast

from influx_query._clauses.builder_arguments import (
    Names,
    Where,
    condition,
    count,
    measurements,
    name_of,
    required_name,
)
from influx_query._clauses.clause_nodes import (
    SortField,
    Source,
    Statement,
    print_list,
    print_on,
    print_paging,
    print_where,
)
from influx_query._clauses.clause_parser import condition as read_where
from influx_query._clauses.clause_parser import order_by, read_from, read_on
from influx_query._clauses.registry import reads
from influx_query._expressions.literals import ListLiteral, RegexLiteral, StringLiteral, regex
from influx_query._statements.cardinality import (
    Cardinality,
    count_arguments,
    read_cardinality,
    read_exact,
)
from influx_query._text.quoting import quote_if_needed
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor
    from influx_query._expressions.expression_nodes import Expr

TagKeyOperator = Literal["=", "!=", "=~", "!~", "IN"]
"""The operator of a WITH KEY clause."""

TagKey = StringLiteral | RegexLiteral | ListLiteral
"""What a WITH KEY clause compares with: a name, a pattern, or several names."""

Key: TypeAlias = str | re.Pattern[str] | Iterable[str]
"""What builders take for a WITH KEY clause."""


@node
class ShowTagKeysStatement(Statement):
    """Lists the tag keys of measurements.

    `operator` and `tag_key` are the WITH KEY clause of the newest dialect. As in Go, the canonical
    text omits the clause; the text for a server includes it.

    Example:
        SHOW TAG KEYS FROM cpu
    """

    database: str = ""
    sources: tuple[Source, ...] = ()
    condition: Expr | None = None
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0
    slimit: int = 0
    soffset: int = 0
    operator: TagKeyOperator | Literal[""] = ""
    tag_key: TagKey | None = None

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW TAG KEYS{print_on(self.database)}"
        yield from print_list("FROM", self.sources)
        if wire and self.tag_key is not None:
            yield from _print_with_key(self.operator, self.tag_key)
        yield from print_where(self.condition)
        yield from print_list("ORDER BY", self.sort_fields)
        yield from print_paging(
            LIMIT=self.limit, OFFSET=self.offset, SLIMIT=self.slimit, SOFFSET=self.soffset
        )


@node
class ShowTagValuesStatement(Statement):
    """Lists the values of tags; a name, a list of names or a regex selects the tag keys.

    Example:
        SHOW TAG VALUES FROM cpu WITH KEY IN (host, region)
    """

    operator: TagKeyOperator
    tag_key: TagKey
    database: str = ""
    sources: tuple[Source, ...] = ()
    condition: Expr | None = None
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW TAG VALUES{print_on(self.database)}"
        yield from print_list("FROM", self.sources)
        yield from _print_with_key(self.operator, self.tag_key)
        yield from print_where(self.condition)
        yield from print_list("ORDER BY", self.sort_fields)
        yield from print_paging(LIMIT=self.limit, OFFSET=self.offset)


@node
class ShowTagKeyCardinalityStatement(Cardinality):
    """Counts the tag keys.

    Example:
        SHOW TAG KEY CARDINALITY FROM cpu
    """

    subject: ClassVar[str] = "TAG KEY"


@node
class ShowTagValuesCardinalityStatement(Cardinality):
    """Counts the values of tags.

    Example:
        SHOW TAG VALUES CARDINALITY WITH KEY = host
    """

    subject: ClassVar[str] = "TAG VALUES"

    operator: TagKeyOperator = "="
    tag_key: TagKey = StringLiteral("")

    def _print_selection(self) -> Pieces:
        return _print_with_key(self.operator, self.tag_key)


def _print_with_key(operator: str, key: TagKey) -> Pieces:
    yield f" WITH KEY {operator} "
    yield quote_if_needed(key.value) if isinstance(key, StringLiteral) else key


@reads("SHOW TAG KEYS")
def _show_keys(cursor: Cursor) -> ShowTagKeysStatement:
    database, sources = read_on(cursor), read_from(cursor)
    has_key = cursor.is_latest and cursor.kind == "WITH"
    with_key = _read_with_key(cursor) if has_key else None
    return ShowTagKeysStatement(
        operator=with_key["operator"] if with_key else "",
        tag_key=with_key["tag_key"] if with_key else None,
        database=database,
        sources=sources,
        condition=read_where(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
        slimit=cursor.count("SLIMIT"),
        soffset=cursor.count("SOFFSET"),
    )


@reads("SHOW TAG VALUES")
def _show_values(cursor: Cursor) -> ShowTagValuesStatement | ShowTagValuesCardinalityStatement:
    if cursor.kind in ("EXACT", "CARDINALITY"):
        return read_cardinality(
            cursor,
            ShowTagValuesCardinalityStatement,
            exact=read_exact(cursor),
            selection=_read_with_key,
        )
    database, sources = read_on(cursor), read_from(cursor)
    with_key = _read_with_key(cursor)
    return ShowTagValuesStatement(
        **with_key,
        database=database,
        sources=sources,
        condition=read_where(cursor),
        sort_fields=order_by(cursor),
        limit=cursor.count("LIMIT"),
        offset=cursor.count("OFFSET"),
    )


@reads("SHOW TAG KEY")
def _show_key_cardinality(cursor: Cursor) -> ShowTagKeyCardinalityStatement:
    exact = read_exact(cursor)
    return read_cardinality(cursor, ShowTagKeyCardinalityStatement, exact=exact)


class _WithKey(TypedDict):
    """The attributes of a WITH KEY clause."""

    operator: TagKeyOperator
    tag_key: TagKey


def _read_with_key(cursor: Cursor) -> _WithKey:
    cursor.expect("WITH", "KEY")
    operator = cast("TagKeyOperator", cursor.kind)
    if cursor.accept("IN"):
        return {"operator": operator, "tag_key": _read_keys(cursor)}
    if cursor.accept("=") or cursor.accept("!="):
        return {"operator": operator, "tag_key": StringLiteral(cursor.ident())}
    if not cursor.accept("=~") and not cursor.accept("!~"):
        cursor.fail("IN", "=", "=~")
    return {"operator": operator, "tag_key": cursor.regex() or cursor.fail("regex")}


def _read_keys(cursor: Cursor) -> ListLiteral:
    cursor.expect("(")
    keys = [cursor.ident()]
    while cursor.accept(","):
        keys.append(cursor.ident())
    cursor.expect(")")
    return ListLiteral(tuple(keys))


def show_tag_keys(
    from_: Names = (), *, on: str = "", where: Where = None, limit: int = 0, offset: int = 0
) -> ShowTagKeysStatement:
    """List the keys of tags.

    Raises:
        TypeError: A limit or an offset is not an integer.
        ValueError: A limit or an offset is negative.
    """
    return ShowTagKeysStatement(
        database=name_of("database", on),
        sources=measurements(from_),
        condition=condition(where),
        limit=count("limit", limit),
        offset=count("offset", offset),
    )


def show_tag_values(
    key: Key,
    *,
    from_: Names = (),
    on: str = "",
    where: Where = None,
    limit: int = 0,
    offset: int = 0,
) -> ShowTagValuesStatement:
    """List the values of one tag, of several tags, or of all tags that match a pattern.

    Raises:
        TypeError: A key is not a string, or a limit or an offset is not an integer.
        ValueError: No key is given, or a limit or an offset is negative.
    """
    return ShowTagValuesStatement(
        **_with_key(key),
        database=name_of("database", on),
        sources=measurements(from_),
        condition=condition(where),
        limit=count("limit", limit),
        offset=count("offset", offset),
    )


def show_tag_values_cardinality(
    key: Key, *, exact: bool = False, from_: Names = (), on: str = "", where: Where = None
) -> ShowTagValuesCardinalityStatement:
    """Count the values of a tag or of several; see `tag_values` and `cardinality`."""
    return ShowTagValuesCardinalityStatement(
        **_with_key(key), **count_arguments(exact, from_, on, where)
    )


def _with_key(key: Key) -> _WithKey:
    if isinstance(key, str):
        return {"operator": "=", "tag_key": StringLiteral(required_name("tag", key))}
    if isinstance(key, re.Pattern):
        return {"operator": "=~", "tag_key": regex(key)}
    if not isinstance(key, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{key!r} names no tag; give a name, a pattern, or a list of names")
    names = tuple(required_name("tag", each) for each in key)
    if not names:
        raise ValueError("WITH KEY IN needs at least one tag")
    return {"operator": "IN", "tag_key": ListLiteral(names)}
