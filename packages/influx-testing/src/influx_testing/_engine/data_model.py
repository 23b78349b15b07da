"""DataModel: the rules of storage in which 1.x, 2.x and 3.x differ."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from influx_query.nodes import Statement
from influx_testing._engine.catalog.databases import check_name
from influx_testing._engine.storage.table_schemas import TableLimits
from influx_testing.errors import StatementError

__all__ = ["DataModel", "check_v2_name", "check_v3_name"]

_V3_START = re.compile("[A-Za-z0-9]")
_V3_CHARACTERS = re.compile("[A-Za-z0-9_/-]+")
_V3_LONGEST_NAME = 511


def check_v2_name(name: str) -> None:
    """Raise StatementError for a name that a bucket of 2.x cannot have."""
    if not name or '"' in name:
        raise StatementError("invalid name")


def check_v3_name(name: str) -> None:
    """Raise an error for a database name that 3.x refuses.

    Raises:
        StatementError: the name has invalid characters, or is empty or too long.
    """
    if not name:
        raise StatementError("db name cannot be empty")
    if _V3_START.match(name) is None:
        raise StatementError("db name did not start with a number or letter")
    if len(name) > _V3_LONGEST_NAME:
        raise StatementError(f"db name too long: max {_V3_LONGEST_NAME}")
    if _V3_CHARACTERS.fullmatch(name) is None:
        raise StatementError(
            "invalid character in database or rp name: must be ASCII, containing only letters, "
            "numbers, underscores, or hyphens"
        )
    if name.count("/") > 1 or name.endswith("/"):
        raise StatementError(
            "db name with invalid retention policy, if providing a retention policy name, must be "
            "of form '<db_name>/<rp_name>'"
        )


@dataclass(frozen=True, slots=True)
class DataModel:
    """The rules by which a server stores data; the defaults are those of 1.x.

    Attributes:
        check_database_name: raises StatementError for a name that the server refuses.
        has_tables: whether measurements are tables, whose columns are always a tag or always a
            field of the same type. A point that disagrees is refused; a point that is older than
            the retention period is dropped without an error.
        has_unsigned: whether unsigned integers in line protocol are accepted.
        refuses_whole_bodies: whether a body with an invalid line is refused, and nothing of it is
            stored.
        databases: the highest number of databases; 0 is no limit.
        tables: the highest numbers of tables and columns.
        unsupported: the types of statements that the server does not execute.
    """

    check_database_name: Callable[[str], None] = check_name
    has_tables: bool = False
    has_unsigned: bool = False
    refuses_whole_bodies: bool = False
    databases: int = 0
    tables: TableLimits = field(default_factory=TableLimits)
    unsupported: tuple[type[Statement], ...] = ()
