"""CREATE SUBSCRIPTION, DROP SUBSCRIPTION, SHOW SUBSCRIPTIONS.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#create-subscription
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, cast

from influx_query._clauses.builder_arguments import one_of, required_name
from influx_query._clauses.clause_nodes import Statement
from influx_query._clauses.clause_parser import read_on_database
from influx_query._clauses.registry import reads
from influx_query._text.quoting import quote_if_needed, quote_string
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor


@node
class CreateSubscriptionStatement(Statement):
    """Copies the points written to a retention policy to other servers: to ALL, or to ANY one.

    Example:
        CREATE SUBSCRIPTION copy ON metrics.autogen DESTINATIONS ALL 'udp://backup:8089'
    """

    name: str
    database: str
    retention_policy: str
    mode: Literal["ALL", "ANY"]
    destinations: tuple[str, ...]

    def _pieces(self, wire: bool) -> Pieces:
        yield f"CREATE SUBSCRIPTION {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}.{quote_if_needed(self.retention_policy)}"
        yield f" DESTINATIONS {self.mode} {', '.join(map(quote_string, self.destinations))}"


@node
class DropSubscriptionStatement(Statement):
    """Drops a subscription.

    Example:
        DROP SUBSCRIPTION copy ON metrics.autogen
    """

    name: str
    database: str
    retention_policy: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP SUBSCRIPTION {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}.{quote_if_needed(self.retention_policy)}"


@node
class ShowSubscriptionsStatement(Statement):
    """Lists the subscriptions of every database.

    Example:
        SHOW SUBSCRIPTIONS
    """

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW SUBSCRIPTIONS"


@reads("CREATE SUBSCRIPTION")
def _create(cursor: Cursor) -> CreateSubscriptionStatement:
    name, database = cursor.ident(), read_on_database(cursor)
    policy = _read_dotted_ident(cursor)
    cursor.expect("DESTINATIONS")
    mode = cursor.kind
    if not cursor.accept("ALL") and not cursor.accept("ANY"):
        cursor.fail("ALL", "ANY")
    destinations = [cursor.string()]
    while cursor.accept(","):
        destinations.append(cursor.string())
    return CreateSubscriptionStatement(
        name, database, policy, cast("Literal['ALL', 'ANY']", mode), tuple(destinations)
    )


@reads("DROP SUBSCRIPTION")
def _drop(cursor: Cursor) -> DropSubscriptionStatement:
    return DropSubscriptionStatement(
        cursor.ident(), read_on_database(cursor), _read_dotted_ident(cursor)
    )


@reads("SHOW SUBSCRIPTIONS")
def _show(_: Cursor) -> ShowSubscriptionsStatement:
    return ShowSubscriptionsStatement()


def _read_dotted_ident(cursor: Cursor) -> str:
    """Read a dot, right behind the last token, and an identifier."""
    if not cursor.adjacent("."):
        cursor.fail_gap(".")
    cursor.index += 1
    return cursor.ident()


def create_subscription(
    name: str,
    on: str,
    retention_policy: str,
    destinations: Iterable[str],
    *,
    mode: Literal["ALL", "ANY"] = "ALL",
) -> CreateSubscriptionStatement:
    """Copy the points written to a retention policy to other servers, to all or to any one.

    Raises:
        TypeError: The destinations are one string instead of a list of URLs.
        ValueError: The list of destinations or a name is empty, or the mode is unknown.
    """
    if isinstance(destinations, str):
        raise TypeError(f"destinations={destinations!r} is one text; give a list of URLs")
    urls = tuple(required_name("destination", url) for url in destinations)
    if not urls:
        raise ValueError(f"create_subscription({name!r}) needs at least one destination")
    one_of("mode", mode, ("ALL", "ANY"))
    return CreateSubscriptionStatement(
        required_name("subscription", name),
        required_name("database", on),
        required_name("retention policy", retention_policy),
        mode,
        urls,
    )


def drop_subscription(name: str, on: str, retention_policy: str) -> DropSubscriptionStatement:
    """Drop a subscription."""
    return DropSubscriptionStatement(
        required_name("subscription", name),
        required_name("database", on),
        required_name("retention policy", retention_policy),
    )


def show_subscriptions() -> ShowSubscriptionsStatement:
    """List the subscriptions of every database."""
    return ShowSubscriptionsStatement()
