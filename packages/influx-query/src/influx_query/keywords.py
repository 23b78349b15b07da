"""The reserved words of InfluxQL, and nothing else.

A reserved word is upper-cased by the scanner and can name something only inside double quotes.
Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#keywords
"""

from __future__ import annotations

from typing import Final

KEYWORDS: Final = frozenset(
    """
    ALL ALTER ANALYZE AND ANY AS ASC BEGIN BY CARDINALITY CONTINUOUS CREATE DATABASE DATABASES
    DEFAULT DELETE DESC DESTINATIONS DIAGNOSTICS DISTINCT DROP DURATION END EVERY EXACT EXPLAIN
    FALSE FIELD FOR FROM FUTURE GRANT GRANTS GROUP GROUPS IN INF INSERT INTO KEY KEYS KILL LIMIT
    MEASUREMENT MEASUREMENTS NAME OFFSET ON OR ORDER PASSWORD PAST POLICIES POLICY PRIVILEGES
    QUERIES QUERY READ REPLICATION RESAMPLE RETENTION REVOKE SELECT SERIES SET SHARD SHARDS SHOW
    SLIMIT SOFFSET STATS SUBSCRIPTION SUBSCRIPTIONS TAG TO TRUE USER USERS VALUES VERBOSE WHERE
    WITH WRITE
    """.split()
)
"""Every word the newest dialect reserves, in upper case."""

ADDED_AFTER_1_6: Final = frozenset({"FUTURE", "PAST", "VERBOSE"})
"""Words that are plain identifiers in the 1.6 dialect."""
