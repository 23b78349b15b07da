from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from influx_core._lineprotocol.schema_guard import SchemaGuard
from influx_core.errors import ConfigError, EncodeError


def point(value: Any, measurement: str = "m") -> Any:
    return measurement, {}, {"f": value}, 1


def test_an_integer_where_a_float_was_is_told_before_sending() -> None:
    guard = SchemaGuard()
    guard.dump([point(1.5)], "ns")
    with pytest.raises(EncodeError, match="holds values of type float, and 2 is integer") as caught:
        guard.dump([point(2.5), point(2)], "ns")
    assert (caught.value.index, caught.value.measurement, caught.value.key) == (1, "m", "f")


def test_a_conflict_within_one_batch_is_told() -> None:
    with pytest.raises(EncodeError, match="point 1"):
        SchemaGuard().dump([point(1), point("x")], "ns")


def test_measurements_do_not_mix() -> None:
    assert SchemaGuard().dump([point(1), point(1.5, "n")], "ns") == b"m f=1i 1\nn f=1.5 1\n"


@pytest.mark.parametrize(
    ("known", "value", "text"),
    [("float", 2, b"2.0"), ("integer", 2.0, b"2i"), ("integer", Decimal(3), b"3i")],
)
def test_what_loses_nothing_is_coerced_on_demand(known: Any, value: Any, text: bytes) -> None:
    guard = SchemaGuard(on_conflict="coerce", types={"m": {"f": known}})
    assert guard.dump([point(value)], "ns") == b"m f=" + text + b" 1\n"


@pytest.mark.parametrize(
    ("known", "value"),
    [("float", 2**60 + 1), ("integer", 2.5), ("float", "2"), ("float", True), ("string", 1)],
)
def test_what_would_lose_something_is_refused_even_then(known: Any, value: Any) -> None:
    guard = SchemaGuard(on_conflict="coerce", types={"m": {"f": known}})
    with pytest.raises(EncodeError, match=f"of type {known}"):
        guard.dump([point(value)], "ns")


def test_all_refused_points_are_told_by_their_own_index() -> None:
    told: list[int] = []
    points = [point(1.5), point(2), point(float("nan")), point(b"x"), point(3.5)]
    body = SchemaGuard().dump(points, "ns", lambda index, error: told.append(index))
    assert body == b"m f=1.5 1\nm f=3.5 1\n"
    assert sorted(told) == [1, 2, 3]


def test_a_refused_point_teaches_nothing() -> None:
    guard = SchemaGuard(types={"m": {"f": "float"}})
    guard.dump([("m", {}, {"new": 1, "f": "x"}, 1)], "ns", lambda index, error: None)
    assert guard.types == {"m": {"f": "float"}}


def test_what_is_no_point_is_left_to_the_serializer() -> None:
    with pytest.raises(EncodeError, match="not int"):
        SchemaGuard().dump([(5, {}, {"f": 1}, 1)], "ns")  # type: ignore[list-item]


def test_unknown_words_name_the_known_ones():
    with pytest.raises(ConfigError, match="unknown on_conflict 'drop'; known are refuse, coerce"):
        SchemaGuard(on_conflict="drop")
    with pytest.raises(ConfigError, match=r"cpu\.load: unknown type 'double'; known are float"):
        SchemaGuard(types={"cpu": {"load": "double"}})
    for types in ({"cpu": "float"}, ["cpu"]):
        with pytest.raises(ConfigError, match="types maps measurements to their fields"):
            SchemaGuard(types=types)
