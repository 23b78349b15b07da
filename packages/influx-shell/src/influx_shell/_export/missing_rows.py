"""Refuses an export whose SELECT would leave out points or values that are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from influx_core import InfluxDBClient
from influx_query import quote_ident
from influx_shell._cli.exit_codes import CommandFailure

__all__ = ["require_all_rows"]

_OTHERS = "export lp, jsonl or parquet, which have them"
_ESCAPED = frozenset(", =\\")  # names without them can always be queried
_NUMBERS = {"float", "integer", "unsigned"}

_Fields = Mapping[tuple[str, str], list[str]]
"""The types of each measurement and field."""


async def require_all_rows(
    client: InfluxDBClient,
    db: str,
    policy: str | None,
    measurements: Collection[str],
    *,
    casts: bool,
    one_shard: bool,
    all_series: bool,
) -> None:
    """Check that `SELECT *` returns all points of measurements.

    InfluxDB 1.x reads one retention policy, and of a field with several types the values of one of
    them; those of other numbers it converts.

    Args:
        client: a client of the server.
        db: the database.
        policy: the retention policy that was asked for; None for the default one.
        measurements: the measurements that are read.
        casts: whether integers may become floats.
        one_shard: whether one shard is read, in which a field has one type.
        all_series: whether series may not be left out whose points the server does not return.

    Raises:
        CommandFailure: points or values would be missing.
    """
    api = await client.api_name()
    if api == "v1":
        listed = await _policies(client, db)
        if policy is None:
            others = [name for name, is_default in listed.items() if not is_default]
            await _refuse_other_policies(client, others, measurements)
        if all_series:
            await _refuse_unreadable(client, listed, measurements)
        policy = policy or next((name for name, is_default in listed.items() if is_default), None)
    if api in ("v1", "v2") and not one_shard:
        _refuse_several_types(await _fields(client, policy, measurements), casts=casts)


async def _policies(client: InfluxDBClient, db: str) -> dict[str, bool]:
    """The retention policies of a database, and whether each is the default one.

    `client.admin` would load all statements of influx-query, which takes longer than the request.
    """
    result = await client.execute(f"SHOW RETENTION POLICIES ON {quote_ident(db)}")
    return {row["name"]: row["default"] for series in result.series for row in series}


async def _refuse_other_policies(
    client: InfluxDBClient, policies: Collection[str], measurements: Collection[str]
) -> None:
    for policy in policies:
        for measurement, _ in await _fields(client, policy, measurements):
            raise CommandFailure(
                f"{measurement!r} has points in the retention policy {policy!r} too: name the "
                f"policy to export with --rp, or {_OTHERS}"
            )


async def _refuse_unreadable(
    client: InfluxDBClient, policies: Collection[str], measurements: Collection[str]
) -> None:
    """Refuse measurements that have series, but fields in no policy: no SELECT returns them."""
    without = {name for name in measurements if not _ESCAPED.isdisjoint(name)}
    for policy in policies:
        if not without:
            return
        without -= {measurement for measurement, _ in await _fields(client, policy, without)}
    for measurement in sorted(without):
        series = await client.execute(f"SHOW SERIES FROM {quote_ident(measurement)} LIMIT 1")
        if series.rows():
            raise CommandFailure(
                f"{measurement!r} has series, but no fields: the server returns no points of it. "
                "--accept unreadable exports the rest"
            )


def _refuse_several_types(fields: _Fields, *, casts: bool) -> None:
    for (measurement, name), types in fields.items():
        if len(types) > 1 and not (casts and set(types) <= _NUMBERS):
            cast = "--types cast makes them floats, or " if set(types) <= _NUMBERS else ""
            raise CommandFailure(
                f"the field {name!r} of {measurement!r} is {', '.join(types)}, and a SELECT "
                f"returns one type: {cast}{_OTHERS}"
            )


async def _fields(
    client: InfluxDBClient, policy: str | None, measurements: Collection[str]
) -> _Fields:
    source = f"{quote_ident(policy)}./.*/" if policy else "/.*/"
    result = await client.execute(f"SHOW FIELD KEYS FROM {source}")
    found: dict[tuple[str, str], list[str]] = {}
    for series in result.series:
        if series.name in measurements:
            for row in series:
                found.setdefault((series.name, row["fieldKey"]), []).append(row["fieldType"])
    return found
