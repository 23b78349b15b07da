"""What the server says of itself in Flight SQL.

Source: https://arrow.apache.org/docs/format/FlightSql.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from influx_testing._flavors.sql.tables import module

__all__ = ["sql_info_table"]

_TEXT, _BOOLEAN, _BIGINT, _BITS, _TEXTS = range(5)
"""The types of values, by their place in the union."""

_INFO: Mapping[int, tuple[int, Any]] = {
    0: (_TEXT, "InfluxDB IOx"),
    1: (_TEXT, "2"),
    2: (_TEXT, "1.3"),
    3: (_BOOLEAN, True),  # read only
    4: (_BOOLEAN, True),  # SQL
    5: (_BOOLEAN, False),  # Substrait
    8: (_BITS, 0),  # no transactions
    9: (_BOOLEAN, False),  # cannot cancel by a call
    100: (_BITS, 0),  # no limit of time of a statement
    101: (_BITS, 0),
    500: (_BOOLEAN, False),  # cannot create catalogs
    501: (_BOOLEAN, False),  # nor schemas
    502: (_BOOLEAN, False),  # nor tables
    503: (_BIGINT, 2),  # unquoted identifiers become lower case
    504: (_TEXT, '"'),
    505: (_BIGINT, 3),  # quoted ones stay as they are
    506: (_BOOLEAN, True),  # all tables can be read
    507: (_BIGINT, 2),  # nulls come last
    508: (_TEXTS, ["time", "tag", "field"]),
}
"""The numbers of Flight SQL, each with the type of its value."""


def sql_info_table(wanted: Collection[int]) -> Any:
    """The information with some numbers as an Arrow table; everything, if none are given.

    Its schema is that of Flight SQL, with all types of the union.
    """
    arrow = module("pyarrow")
    rows = {number: _INFO[number] for number in sorted(_INFO) if not wanted or number in wanted}
    types = [kind for kind, _ in rows.values()]
    values: list[list[Any]] = [[] for _ in _union_fields(arrow)]
    offsets: list[int] = []
    for kind, value in rows.values():
        offsets.append(len(values[kind]))
        values[kind].append(value)
    fields = _union_fields(arrow)
    union = arrow.UnionArray.from_dense(
        arrow.array(types, arrow.int8()),
        arrow.array(offsets, arrow.int32()),
        [arrow.array(children, field.type) for children, field in zip(values, fields, strict=True)],
        [field.name for field in fields],
        list(range(len(fields))),
    )
    schema = arrow.schema(
        [
            arrow.field("info_name", arrow.uint32(), nullable=False),
            arrow.field("value", union.type, nullable=False),
        ]
    )
    return arrow.table([arrow.array(list(rows), arrow.uint32()), union], schema=schema)


def _union_fields(arrow: Any) -> list[Any]:
    return [
        arrow.field("string_value", arrow.string()),
        arrow.field("bool_value", arrow.bool_()),
        arrow.field("bigint_value", arrow.int64()),
        arrow.field("int32_bitmask", arrow.int32()),
        arrow.field("string_list", arrow.list_(arrow.string())),
        arrow.field(
            "int32_to_int32_list_map", arrow.map_(arrow.int32(), arrow.list_(arrow.int32()))
        ),
    ]
