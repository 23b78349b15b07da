from __future__ import annotations

from typing import Any

import pytest
from influx_copy_doubles import ListSink, ListSource, batch

from influx_copy import (
    CopyOptions,
    CopyRange,
    PointSchema,
    RangeIncomplete,
    RangeResult,
    TypesDiffer,
    copy_range,
)
from influx_copy._copy.field_rules import FieldRules
from influx_copy._copy.options import target_of
from influx_copy._copy.tally import RangeTally
from influx_copy.interfaces import FieldType
from influx_core import ConfigError

RANGE = CopyRange("db", "rp", "m", 0, 100)
BIG = 2**53 + 1


async def test_the_result_says_what_was_copied() -> None:
    seen: list[tuple[int, int]] = []
    sink = ListSink()
    result = await copy_range(
        RANGE, ListSource([RANGE]), sink, on_batch=lambda rows, size: seen.append((rows, size))
    )
    assert result == RangeResult(10, 0, 90, {"f": ("integer",)}, 100)
    assert seen == [(5, 50), (5, 50)]


async def test_an_error_of_the_source_aborts_the_writer() -> None:
    sink = ListSink()
    with pytest.raises(ZeroDivisionError):
        await copy_range(RANGE, ListSource([RANGE], [ZeroDivisionError()]), sink)
    assert (sink.stored, sink.aborted) == ({}, [RANGE])


async def test_several_types_are_refused_before_anything_is_read() -> None:
    source = ListSource([RANGE])
    source.known = PointSchema((), {"f": ("float", "integer")})
    with pytest.raises(TypesDiffer, match="'f' of 'm' is float, integer"):
        await copy_range(RANGE, source, ListSink())
    assert source.reads == []


def rules(options: CopyOptions, **fields: tuple[FieldType, ...]) -> FieldRules:
    return FieldRules("m", PointSchema(("host",), fields), options)


def applied(rule: FieldRules, kind, values) -> dict[str, tuple[str, list[object]]]:
    made = rule.apply(batch(range(len(values)), {"f": (kind, values)}))
    return {name: (column.kind, column.to_list()) for name, column in made.fields.items()}


def test_numbers_are_cast_to_floats() -> None:
    rule = rules(CopyOptions(types="cast"), f=("float", "integer"))
    assert applied(rule, "integer", [1, None, 3]) == {"f": ("float", [1.0, None, 3.0])}
    assert applied(rule, "float", [0.5]) == {"f": ("float", [0.5])}


def test_an_integer_that_no_float_holds_is_not_cast() -> None:
    rule = rules(CopyOptions(types="cast"), f=("float", "integer"))
    with pytest.raises(RangeIncomplete, match=str(BIG)):
        applied(rule, "integer", [BIG])


def test_other_types_are_cast_to_strings() -> None:
    rule = rules(CopyOptions(types="cast"), f=("float", "string", "boolean"))
    assert applied(rule, "boolean", [True, None]) == {"f": ("string", ["true", None])}
    assert applied(rule, "float", [1e300]) == {"f": ("string", ["1e+300"])}


def test_the_first_type_keeps_the_name_when_types_are_split() -> None:
    rule = rules(CopyOptions(types="split"), f=("string", "integer", "float"))
    assert applied(rule, "float", [1.0]) == {"f": ("float", [1.0])}
    assert applied(rule, "integer", [BIG]) == {"f_integer": ("integer", [BIG])}
    assert applied(rule, "string", ["x"]) == {"f_string": ("string", ["x"])}


def test_types_are_kept_if_that_is_asked_for() -> None:
    rule = rules(CopyOptions(types="keep"), f=("string", "integer"))
    assert applied(rule, "integer", [1]) == {"f": ("integer", [1])}


def test_a_field_with_the_name_of_a_tag_is_renamed_if_that_is_asked_for() -> None:
    schema = PointSchema(("f",), {"f": ("float",)})
    rule = FieldRules("m", schema, CopyOptions(shared_names="rename"))
    assert applied(rule, "float", [1.0]) == {"f_field": ("float", [1.0])}
    assert applied(FieldRules("m", schema, CopyOptions()), "float", [1.0]) == {
        "f": ("float", [1.0])
    }


def test_a_new_name_that_exists_is_refused() -> None:
    with pytest.raises(RangeIncomplete, match="'f_integer', which exists"):
        rules(CopyOptions(types="split"), f=("float", "integer"), f_integer=("float",))


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({}, ("db", "rp")),
        ({"db": "new"}, ("new", "rp")),
        ({"db": "new/"}, ("new", "")),
        ({"db/rp": "new"}, ("new", "")),
        ({"db": "new/week"}, ("new", "week")),
        ({"db": "new", "db/rp": "other"}, ("other", "")),
        ({"elsewhere": "x"}, ("db", "rp")),
    ],
)
def test_a_mapping_chooses_the_target(mapping: dict[str, str], expected: tuple[str, str]) -> None:
    target = target_of(RANGE, ListSink(), CopyOptions(mapping=mapping))
    assert (target.database, target.policy) == expected


@pytest.mark.parametrize("wrong", [{"types": "x"}, {"shared_names": "x"}])
def test_unknown_options_are_refused_with_the_known_ones(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"is one of .*, not 'x'"):
        CopyOptions(**wrong)


def test_a_tally_of_nothing() -> None:
    tally = RangeTally()
    tally.add(batch([], {"f": ("float", [])}), 0)
    assert tally.result() == RangeResult(0, None, None, {}, 0)


def test_halves_meet_and_end() -> None:
    assert [(h.start, h.stop) for h in RANGE.halves() or ()] == [(0, 50), (50, 100)]
    assert CopyRange("db", "rp", "m", 5, 6).halves() is None
    assert CopyRange("", "", "", part="a.lp@0+5").halves() is None
