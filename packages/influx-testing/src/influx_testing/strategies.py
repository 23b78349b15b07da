"""Strategies for hypothesis: points, lines, series, InfluxQL, tables of Flux, hostile strings.

All generated values are valid: they can be written or parsed. Needs `influx-testing[hypothesis]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from hypothesis import strategies as st

from influx_core import DataPoint, EncodeError
from influx_core.annotated_csv import DataType, FluxColumn, FluxTable
from influx_core.lineprotocol import encode
from influx_core.timestamps import MAX_NS, MIN_NS
from influx_query import nodes

__all__ = [
    "Family",
    "field_values",
    "flux_tables",
    "hostile_strings",
    "lines",
    "names",
    "points",
    "series",
    "statements",
    "times",
]

Family = Literal["select", "show", "manage", "delete"]
"""What a statement does: reads points, reads the schema, changes databases, removes points."""

_HOSTILE = (
    *("'", '"', "\\", "a\\", "a b", "a,b", "a=b", "#a", " ", "time", "_field", "-1", "1i", "t"),
    *("'; DROP DATABASE x; --", '"; DROP DATABASE x; --', "' OR ''='", "\\' OR 1=1", "$1", "*"),
    *(
        "/.*/",
        "é",
        "日本",
        "\N{PILE OF POO}",
        "\N{RIGHT-TO-LEFT OVERRIDE}a",
        "a\N{NO-BREAK SPACE}b",
    ),
    *("SELECT", "null", "NaN", "\ufeffa", "%s", "{0}", "${HOME}", "<b>&amp;"),
)
_LINE_ENDS = ("\n", "a\nb", 'a\n"b', "\r\n", "\t", "")
_CLEAN = st.characters(exclude_categories=["Cs", "Cc"])


def hostile_strings() -> st.SearchStrategy[str]:
    """Strings that break careless quoting and parsing; for field values and conditions."""
    return st.one_of(
        st.sampled_from([*_HOSTILE, *_LINE_ENDS]),
        st.text("'\"\\/=, \n$;-", max_size=8),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    )


def names() -> st.SearchStrategy[str]:
    """Names of measurements, tags and fields, and values of tags: plain ones and hostile ones."""
    return st.one_of(
        st.from_regex(r"[a-z][a-z_]{0,7}", fullmatch=True),
        st.sampled_from(_HOSTILE),
        st.text(_CLEAN, min_size=1, max_size=8),
    ).filter(_is_name)


def _is_name(text: str) -> bool:
    """Whether a string can be every kind of name."""
    try:
        encode([(text, {text: text}, {text: 1}, 0)])
    except EncodeError:
        return False
    return not text.startswith("#")


def times() -> st.SearchStrategy[int]:
    """Times in ns, from the earliest to the latest that a server accepts."""
    return st.one_of(st.integers(0, 2_000_000_000).map(_nanoseconds), st.integers(MIN_NS, MAX_NS))


def _nanoseconds(seconds: int) -> int:
    return seconds * 1_000_000_000


def field_values() -> st.SearchStrategy[Any]:
    """Values of all types of fields."""
    return st.one_of(*_values().values())


def _values() -> dict[type, st.SearchStrategy[Any]]:
    return {
        float: st.floats(allow_nan=False, allow_infinity=False),
        int: st.integers(-(2**63), 2**63 - 1),
        bool: st.booleans(),
        str: hostile_strings(),
    }


def points(
    measurement: st.SearchStrategy[str] | None = None,
    time: st.SearchStrategy[int | None] | None = None,
) -> st.SearchStrategy[DataPoint]:
    """Points that can be written.

    Args:
        measurement: a strategy for the measurement; any name by default.
        time: a strategy for the time in ns; any time by default.
    """
    return st.builds(
        DataPoint,
        measurement or names(),
        st.dictionaries(names(), names(), max_size=3),
        st.dictionaries(names(), field_values(), min_size=1, max_size=4),
        time or times(),
    ).filter(_is_writable)


def _is_writable(point: DataPoint) -> bool:
    try:
        encode([point])
    except EncodeError:
        return False
    return not {"time", *point.tags} & point.fields.keys() and "time" not in point.tags


def lines() -> st.SearchStrategy[bytes]:
    """The line protocol of a point, with the newline."""
    return points().map(lambda point: encode([point]))


@st.composite
def series(draw: st.DrawFn, max_size: int = 10) -> list[DataPoint]:
    """Points of one series in the order of their times; each field has one type."""
    first = draw(points())
    kinds = {key: _values()[type(value)] for key, value in first.fields.items()}
    moments = draw(st.lists(times(), min_size=1, max_size=max_size, unique=True))
    return [
        DataPoint(first.measurement, first.tags, draw(st.fixed_dictionaries(kinds)), moment)
        for moment in sorted(moments)
    ]


_INT64 = st.integers(-(2**63), 2**63 - 1)


def _flux_values(column: FluxColumn) -> st.SearchStrategy[Any]:
    """The values of a type of Flux, with null."""
    known: dict[DataType, st.SearchStrategy[Any]] = {
        "string": hostile_strings() | st.just("") | st.text('a,;"\r\n# ', max_size=6),
        "double": st.floats(allow_nan=False),
        "long": _INT64,
        "unsignedLong": st.integers(0, 2**64 - 1),
        "boolean": st.booleans(),
        "dateTime:RFC3339": _INT64,
        "duration": _INT64,
        "base64Binary": st.binary(max_size=6),
    }
    return st.none() | known[column.datatype]


@st.composite
def _flux_schema(draw: st.DrawFn) -> tuple[FluxColumn, ...]:
    columns = draw(st.lists(hostile_strings().filter(bool), max_size=5, unique=True))
    kinds: st.SearchStrategy[DataType] = st.sampled_from(get_args(DataType))
    return tuple(FluxColumn(name, draw(kinds), draw(st.booleans())) for name in columns)


@st.composite
def _flux_table(draw: st.DrawFn, schema: Sequence[FluxColumn], result: str) -> FluxTable:
    others = [column for column in schema if not column.in_group_key]
    key = {column.name: draw(_flux_values(column)) for column in schema if column.in_group_key}
    size = draw(st.integers(0, 4))
    values = {
        column.name: draw(st.lists(_flux_values(column), min_size=size, max_size=size))
        for column in others
    }
    return FluxTable.of_values(schema, values, key, result=result)


@st.composite
def flux_tables(draw: st.DrawFn) -> list[FluxTable]:
    """Tables of several Flux results: all types, with null, empty tables, a few schemas."""
    schemas = draw(st.lists(_flux_schema(), min_size=1, max_size=3))
    return [
        draw(_flux_table(draw(st.sampled_from(schemas)), result))
        for result in draw(st.lists(hostile_strings(), max_size=3, unique=True))
        for _ in range(draw(st.integers(1, 4)))
    ]


def statements(*families: Family) -> st.SearchStrategy[str]:
    """Single statements of valid InfluxQL.

    Args:
        families: the families of statements; all by default.
    """
    wanted = families or tuple(_FAMILIES)
    return st.one_of([_FAMILIES[family] for family in wanted]).map(nodes.Statement.render)


_NAMES = st.one_of(st.sampled_from(_HOSTILE), st.text(_CLEAN, min_size=1, max_size=8))
_TEXTS = hostile_strings().filter(lambda text: not set(text) & set("\r\0"))  # no escape for them
_VARIABLES = st.builds(nodes.VarRef, _NAMES.filter(lambda name: name != "*"))
_SPANS = st.integers(1, 1_000_000).map(_nanoseconds)
_MEASUREMENTS = st.builds(nodes.Measurement, _NAMES)
_SOURCES = st.lists(_MEASUREMENTS, min_size=1, max_size=2).map(tuple)
_CONDITIONS = st.one_of(
    st.none(),
    st.builds(
        nodes.BinaryExpr,
        st.sampled_from(["=", "!="]),
        _VARIABLES,
        st.builds(nodes.StringLiteral, _TEXTS),
    ),
    st.builds(
        nodes.BinaryExpr,
        st.sampled_from([">=", "<"]),
        st.just(nodes.VarRef("time")),
        st.builds(nodes.IntegerLiteral, times()),
    ),
)
_FUNCTIONS = ("count", "sum", "mean", "min", "max", "first", "last", "median", "spread", "stddev")
_AGGREGATES = st.builds(nodes.Call, st.sampled_from(_FUNCTIONS), st.tuples(_VARIABLES))
_BUCKETS = st.builds(
    nodes.Call, st.just("time"), st.tuples(st.builds(nodes.DurationLiteral, _SPANS))
)
_LIMITS = st.integers(0, 1000)

_RAW = st.builds(
    nodes.SelectStatement,
    fields=st.lists(st.builds(nodes.Field, _VARIABLES), min_size=1, max_size=3).map(tuple),
    sources=_SOURCES,
    condition=_CONDITIONS,
    limit=_LIMITS,
    offset=_LIMITS,
)
_AGGREGATED = st.builds(
    nodes.SelectStatement,
    fields=st.lists(st.builds(nodes.Field, _AGGREGATES), min_size=1, max_size=3).map(tuple),
    sources=_SOURCES,
    condition=_CONDITIONS,
    dimensions=st.lists(st.one_of(_VARIABLES, _BUCKETS).map(nodes.Dimension), max_size=1).map(
        tuple
    ),
)
_SHOWS = st.one_of(
    st.just(nodes.ShowDatabasesStatement()),
    st.builds(nodes.ShowMeasurementsStatement, condition=_CONDITIONS, limit=_LIMITS),
    st.builds(nodes.ShowTagKeysStatement, sources=_SOURCES, condition=_CONDITIONS),
    st.builds(nodes.ShowFieldKeysStatement, sources=_SOURCES),
    st.builds(nodes.ShowSeriesStatement, sources=_SOURCES, condition=_CONDITIONS),
    st.builds(nodes.ShowRetentionPoliciesStatement, _NAMES),
)
_MANAGEMENT = st.one_of(
    st.builds(nodes.CreateDatabaseStatement, _NAMES),
    st.builds(nodes.DropDatabaseStatement, _NAMES),
    st.builds(nodes.CreateUserStatement, _NAMES, _TEXTS, st.booleans()),
    st.builds(nodes.DropUserStatement, _NAMES),
)
_REMOVALS = st.one_of(
    st.builds(nodes.DeleteSeriesStatement, st.tuples(_MEASUREMENTS), _CONDITIONS),
    st.builds(nodes.DropMeasurementStatement, _NAMES),
)
_FAMILIES: dict[Family, st.SearchStrategy[Any]] = {
    "select": st.one_of(_RAW, _AGGREGATED),
    "show": _SHOWS,
    "manage": _MANAGEMENT,
    "delete": _REMOVALS,
}
