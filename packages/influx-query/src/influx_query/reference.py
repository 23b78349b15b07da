"""The reference of the language as Markdown, made of the tables the code itself works by.

`python -m influx_query.reference docs/reference` writes the pages anew.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Final

from influx_query import nodes
from influx_query.functions import FUNCTIONS, Function, Kind

EXAMPLES: Final[dict[type[nodes.Statement], str]] = {
    nodes.SelectStatement: (
        "SELECT mean(usage) AS load FROM week.cpu WHERE host = 'a' AND time > now() - 1h "
        "GROUP BY time(5m), region fill(previous) ORDER BY time DESC LIMIT 10"
    ),
    nodes.ExplainStatement: "EXPLAIN ANALYZE SELECT mean(usage) FROM cpu",
    nodes.DeleteSeriesStatement: "DELETE FROM cpu WHERE time < '2020-01-01T00:00:00Z'",
    nodes.ShowContinuousQueriesStatement: "SHOW CONTINUOUS QUERIES",
    nodes.ShowDatabasesStatement: "SHOW DATABASES",
    nodes.ShowDiagnosticsStatement: "SHOW DIAGNOSTICS FOR 'build'",
    nodes.ShowFieldKeyCardinalityStatement: "SHOW FIELD KEY CARDINALITY ON metrics FROM cpu",
    nodes.ShowFieldKeysStatement: "SHOW FIELD KEYS FROM cpu LIMIT 10",
    nodes.ShowGrantsForUserStatement: "SHOW GRANTS FOR jane",
    nodes.ShowMeasurementCardinalityStatement: "SHOW MEASUREMENT EXACT CARDINALITY",
    nodes.ShowMeasurementsStatement: "SHOW MEASUREMENTS ON metrics WITH MEASUREMENT =~ /^cpu/",
    nodes.ShowQueriesStatement: "SHOW QUERIES",
    nodes.ShowRetentionPoliciesStatement: "SHOW RETENTION POLICIES ON metrics",
    nodes.ShowSeriesCardinalityStatement: "SHOW SERIES EXACT CARDINALITY FROM cpu",
    nodes.ShowSeriesStatement: "SHOW SERIES FROM cpu WHERE host = 'a' LIMIT 10",
    nodes.ShowShardGroupsStatement: "SHOW SHARD GROUPS",
    nodes.ShowShardsStatement: "SHOW SHARDS",
    nodes.ShowStatsStatement: "SHOW STATS FOR 'runtime'",
    nodes.ShowSubscriptionsStatement: "SHOW SUBSCRIPTIONS",
    nodes.ShowTagKeyCardinalityStatement: "SHOW TAG KEY CARDINALITY FROM cpu",
    nodes.ShowTagKeysStatement: "SHOW TAG KEYS FROM cpu",
    nodes.ShowTagValuesCardinalityStatement: "SHOW TAG VALUES CARDINALITY WITH KEY = host",
    nodes.ShowTagValuesStatement: "SHOW TAG VALUES FROM cpu WITH KEY IN (host, region)",
    nodes.ShowUsersStatement: "SHOW USERS",
    nodes.CreateDatabaseStatement: "CREATE DATABASE metrics WITH DURATION 24h0m0s REPLICATION 1",
    nodes.CreateRetentionPolicyStatement: (
        "CREATE RETENTION POLICY week ON metrics DURATION 1w REPLICATION 1 DEFAULT"
    ),
    nodes.CreateContinuousQueryStatement: (
        "CREATE CONTINUOUS QUERY hourly ON metrics RESAMPLE EVERY 10m FOR 2h BEGIN "
        "SELECT mean(usage) INTO year.:MEASUREMENT FROM /^cpu/ GROUP BY time(1h), * END"
    ),
    nodes.CreateSubscriptionStatement: (
        "CREATE SUBSCRIPTION copy ON metrics.autogen DESTINATIONS ALL 'udp://backup:8089'"
    ),
    nodes.CreateUserStatement: "CREATE USER jane WITH PASSWORD [REDACTED] WITH ALL PRIVILEGES",
    nodes.AlterRetentionPolicyStatement: (
        "ALTER RETENTION POLICY week ON metrics DURATION 2w SHARD DURATION 1d"
    ),
    nodes.SetPasswordUserStatement: "SET PASSWORD FOR jane = [REDACTED]",
    nodes.DropContinuousQueryStatement: "DROP CONTINUOUS QUERY hourly ON metrics",
    nodes.DropDatabaseStatement: "DROP DATABASE metrics",
    nodes.DropMeasurementStatement: "DROP MEASUREMENT cpu",
    nodes.DropRetentionPolicyStatement: "DROP RETENTION POLICY week ON metrics",
    nodes.DropSeriesStatement: "DROP SERIES FROM cpu WHERE host = 'a'",
    nodes.DropShardStatement: "DROP SHARD 3",
    nodes.DropSubscriptionStatement: "DROP SUBSCRIPTION copy ON metrics.autogen",
    nodes.DropUserStatement: "DROP USER jane",
    nodes.GrantAdminStatement: "GRANT ALL PRIVILEGES TO jane",
    nodes.GrantStatement: "GRANT READ ON metrics TO jane",
    nodes.RevokeAdminStatement: "REVOKE ALL PRIVILEGES FROM jane",
    nodes.RevokeStatement: "REVOKE WRITE ON metrics FROM jane",
    nodes.KillQueryStatement: "KILL QUERY 4",
}
"""A statement of each kind, as canonical text; passwords are put in by who parses it."""

_HEAD: Final = "<!-- Written by `python -m influx_query.reference`; change the tables instead. -->"


def statements_page() -> str:
    """Write the page about statements."""
    entries = (
        f"## {kind.__name__}\n\n{inspect.getdoc(kind)}\n\n```sql\n{example}\n```"
        for kind, example in EXAMPLES.items()
    )
    return "\n\n".join([f"{_HEAD}\n\n# InfluxQL: statements", *entries]) + "\n"


def functions_page() -> str:
    """Write the page about functions."""
    parts = [f"{_HEAD}\n\n# InfluxQL: functions"]
    for kind in Kind:
        parts.append(f"## {kind.name.capitalize()}: {kind.value}")
        parts += (_function(each) for each in FUNCTIONS.values() if each.kind is kind)
    return "\n\n".join(parts) + "\n"


def _function(function: Function) -> str:
    types = ", ".join(function.types) or "any type"
    gives = "the type of its field" if function.gives == "same" else function.gives
    since = f" Since InfluxDB {function.since}." if function.since else ""
    return (
        f"### {function.signature}\n\n{function.summary}. Takes {types}; gives {gives}.{since}\n\n"
        f"```sql\n{function.example}\n```"
    )


PAGES: Final = {
    "influxql-statements.md": statements_page,
    "influxql-functions.md": functions_page,
}
"""Who writes each page."""


def write_pages(folder: Path) -> None:
    """Write every page into a folder."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
