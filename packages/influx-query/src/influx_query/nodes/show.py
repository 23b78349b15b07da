"""The nodes of SHOW.

An empty `database` is the one the request names; a limit or an offset of 0 is none.
Source: https://docs.influxdata.com/influxdb/v1/query_language/explore-schema/
"""

from __future__ import annotations

from typing import ClassVar, Literal

from influx_query import quoting
from influx_query.nodes.base import Pieces, node
from influx_query.nodes.expressions import Expr, ListLiteral, RegexLiteral, StringLiteral
from influx_query.nodes.select import (
    Dimension,
    Measurement,
    SortField,
    Source,
    Statement,
    clause,
    paging,
    where,
)

TagKeyOperator = Literal["=", "!=", "=~", "!~", "IN"]
TagKey = StringLiteral | RegexLiteral | ListLiteral


def on(database: str) -> str:
    """Write an ON clause with a blank before it, or nothing without a database."""
    return f" ON {quoting.quote_if_needed(database)}" if database else ""


@node
class _Plain(Statement):
    """A SHOW with nothing to choose."""

    text: ClassVar[str]

    def _pieces(self, wire: bool) -> Pieces:
        yield self.text


@node
class ShowContinuousQueriesStatement(_Plain):
    """The continuous queries of every database."""

    text = "SHOW CONTINUOUS QUERIES"


@node
class ShowDatabasesStatement(_Plain):
    """The databases."""

    text = "SHOW DATABASES"


@node
class ShowQueriesStatement(_Plain):
    """The queries that run now, with the numbers KILL QUERY takes."""

    text = "SHOW QUERIES"


@node
class ShowShardGroupsStatement(_Plain):
    """The shard groups."""

    text = "SHOW SHARD GROUPS"


@node
class ShowShardsStatement(_Plain):
    """The shards."""

    text = "SHOW SHARDS"


@node
class ShowSubscriptionsStatement(_Plain):
    """The subscriptions."""

    text = "SHOW SUBSCRIPTIONS"


@node
class ShowUsersStatement(_Plain):
    """The users."""

    text = "SHOW USERS"


@node
class _PerModule(Statement):
    """A SHOW about the server; an empty module is all of them."""

    text: ClassVar[str]

    module: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield self.text
        if self.module:
            yield f" FOR {quoting.quote_string(self.module)}"


@node
class ShowDiagnosticsStatement(_PerModule):
    """Facts about the server: build, network, runtime, system."""

    text = "SHOW DIAGNOSTICS"


@node
class ShowStatsStatement(_PerModule):
    """Counters of the server."""

    text = "SHOW STATS"


@node
class ShowGrantsForUserStatement(Statement):
    """The privileges of a user."""

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW GRANTS FOR {quoting.quote_if_needed(self.name)}"


@node
class ShowRetentionPoliciesStatement(Statement):
    """The retention policies of a database."""

    database: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW RETENTION POLICIES{on(self.database)}"


@node
class ShowFieldKeysStatement(Statement):
    """The fields of measurements, and their types."""

    database: str = ""
    sources: tuple[Source, ...] = ()
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW FIELD KEYS{on(self.database)}"
        yield from clause("FROM", self.sources)
        yield from clause("ORDER BY", self.sort_fields)
        yield from paging(LIMIT=self.limit, OFFSET=self.offset)


@node
class ShowMeasurementsStatement(Statement):
    """The measurements of a database.

    `operator` and `source` are the WITH MEASUREMENT clause. The newest dialect can ask in several
    places: a `database` or a `retention_policy` of ``*`` is all of them.
    """

    database: str = ""
    retention_policy: str = ""
    operator: Literal["", "=", "!=", "=~", "!~"] = ""
    source: Measurement | None = None
    condition: Expr | None = None
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW MEASUREMENTS"
        if self.database:
            yield f" ON {_name_or_star(self.database)}"
        if self.retention_policy:
            yield f".{_name_or_star(self.retention_policy)}"
        if self.source is not None:
            yield f" WITH MEASUREMENT {self.operator} "
            yield self.source
        yield from where(self.condition)
        yield from clause("ORDER BY", self.sort_fields)
        yield from paging(LIMIT=self.limit, OFFSET=self.offset)


@node
class ShowSeriesStatement(Statement):
    """The series of a database."""

    database: str = ""
    sources: tuple[Source, ...] = ()
    condition: Expr | None = None
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW SERIES{on(self.database)}"
        yield from clause("FROM", self.sources)
        yield from where(self.condition)
        yield from clause("ORDER BY", self.sort_fields)
        yield from paging(LIMIT=self.limit, OFFSET=self.offset)


@node
class ShowTagKeysStatement(Statement):
    """The tag keys of measurements."""

    database: str = ""
    sources: tuple[Source, ...] = ()
    condition: Expr | None = None
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0
    slimit: int = 0
    soffset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW TAG KEYS{on(self.database)}"
        yield from clause("FROM", self.sources)
        yield from where(self.condition)
        yield from clause("ORDER BY", self.sort_fields)
        yield from paging(
            LIMIT=self.limit, OFFSET=self.offset, SLIMIT=self.slimit, SOFFSET=self.soffset
        )


@node
class ShowTagValuesStatement(Statement):
    """The values of the tags a key, a list of keys or a regex names."""

    operator: TagKeyOperator
    tag_key: TagKey
    database: str = ""
    sources: tuple[Source, ...] = ()
    condition: Expr | None = None
    sort_fields: tuple[SortField, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW TAG VALUES{on(self.database)}"
        yield from clause("FROM", self.sources)
        yield from _with_key(self.operator, self.tag_key)
        yield from where(self.condition)
        yield from clause("ORDER BY", self.sort_fields)
        yield from paging(LIMIT=self.limit, OFFSET=self.offset)


@node
class Cardinality(Statement):
    """How many of something there are: estimated, or counted if `exact`."""

    subject: ClassVar[str]

    exact: bool = False
    database: str = ""
    sources: tuple[Source, ...] = ()
    condition: Expr | None = None
    dimensions: tuple[Dimension, ...] = ()
    limit: int = 0
    offset: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SHOW {self.subject}{' EXACT' if self.exact else ''} CARDINALITY"
        yield on(self.database)
        yield from clause("FROM", self.sources)
        yield from self.selection()
        yield from where(self.condition)
        yield from clause("GROUP BY", self.dimensions)
        yield from paging(LIMIT=self.limit, OFFSET=self.offset)

    def selection(self) -> Pieces:
        """Yield what stands between FROM and WHERE."""
        return iter(())


@node
class ShowFieldKeyCardinalityStatement(Cardinality):
    """How many fields there are."""

    subject = "FIELD KEY"


@node
class ShowMeasurementCardinalityStatement(Cardinality):
    """How many measurements there are."""

    subject = "MEASUREMENT"


@node
class ShowSeriesCardinalityStatement(Cardinality):
    """How many series there are."""

    subject = "SERIES"


@node
class ShowTagKeyCardinalityStatement(Cardinality):
    """How many tag keys there are."""

    subject = "TAG KEY"


@node
class ShowTagValuesCardinalityStatement(Cardinality):
    """How many values some tags have."""

    subject = "TAG VALUES"

    operator: TagKeyOperator = "="
    tag_key: TagKey = StringLiteral("")

    def selection(self) -> Pieces:
        """Yield the WITH KEY clause."""
        return _with_key(self.operator, self.tag_key)


def _with_key(operator: str, key: TagKey) -> Pieces:
    yield f" WITH KEY {operator} "
    yield quoting.quote_if_needed(key.value) if isinstance(key, StringLiteral) else key


def _name_or_star(name: str) -> str:
    return name if name == "*" else quoting.quote_if_needed(name)
