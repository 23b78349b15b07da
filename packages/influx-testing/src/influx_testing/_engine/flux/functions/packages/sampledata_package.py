"""Package sampledata: small data sets for examples.

Source: https://docs.influxdata.com/flux/v0/stdlib/sampledata/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from influx_testing._engine.flux.functions.scalars.conversions import to_int, to_uint
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import FluxTime, as_column_value

__all__: list[str] = []

_SECOND: Final = 1_000_000_000
_START: Final = FluxTime(1_609_459_200 * _SECOND)
_STOP: Final = FluxTime(_START + 60 * _SECOND)

_FLOATS: Final = {
    "t1": (-2.18, 10.92, 7.35, 17.53, 15.23, 4.43),
    "t2": (19.85, 4.97, -3.75, 19.77, 13.86, 1.86),
}
_STRINGS: Final = {
    "t1": (
        "smpl_g9qczs",
        "smpl_0mgv9n",
        "smpl_phw664",
        "smpl_guvzy4",
        "smpl_5v3cce",
        "smpl_s9fmgy",
    ),
    "t2": (
        "smpl_b5eida",
        "smpl_eu4oxp",
        "smpl_5g7tz4",
        "smpl_sox1ut",
        "smpl_wfm757",
        "smpl_dtn2bv",
    ),
}
_BOOLS: Final = {
    "t1": (True, True, False, True, False, False),
    "t2": (False, True, False, True, True, False),
}
_NULLS: Final = {"t1": {1, 3, 4}, "t2": {0, 4}}
"""The rows that `includeNull` makes null."""


def _register(
    name: str,
    type_: str,
    data: Mapping[str, Sequence[Any]],
    convert: Callable[[Any], Any] = lambda value: value,
) -> None:
    @flux_function("sampledata", name)
    def sample(context: QueryContext, include_null: bool = False) -> TableStream:
        return TableStream.of(context.budget, _tables(type_, data, convert, nulls=include_null))


def _tables(
    type_: str,
    data: Mapping[str, Sequence[Any]],
    convert: Callable[[Any], Any],
    *,
    nulls: bool,
) -> Iterator[KeyedTable]:
    for tag, given in data.items():
        values = [
            None if nulls and row in _NULLS[tag] else as_column_value(convert(value))
            for row, value in enumerate(given)
        ]
        times = [_START + 10 * _SECOND * row for row in range(len(given))]
        key = GroupKey((("tag", "string", tag),))
        yield KeyedTable.of({"_time": ("time", times), "_value": (type_, values)}, key)


_register("float", "float", _FLOATS)
_register("int", "int", _FLOATS, to_int)
_register("uint", "uint", _FLOATS, to_uint)
_register("string", "string", _STRINGS)
_register("bool", "bool", _BOOLS)
_register("numericBool", "int", _BOOLS, to_int)

flux_value("sampledata", "start", _START)
flux_value("sampledata", "stop", _STOP)
