"""What other clients get wrong when they write frames; each a row of their table, held here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influx_core import EncodeError
from influx_core.lineprotocol import encode
from influx_core.timestamps import MAX_NS, MIN_NS
from influx_dataframe import encode_frame

LIBRARIES = ("pandas", "polars", "pyarrow", "numpy")


def made(library: str, columns: dict[str, list[Any]], times: Any = None) -> Any:
    """A frame of a library, with nulls where None is."""
    if library == "numpy":
        values = list(zip(*columns.values(), strict=True))
        types = {float: "f8", int: "i8", str: "O", bool: "?"}
        kinds = [
            next(type(one) for one in column if one is not None) for column in columns.values()
        ]
        frame = np.ma.zeros(len(values), list(zip(columns, map(types.get, kinds), strict=True)))
        for row, items in enumerate(values):
            for name, item in zip(columns, items, strict=True):
                frame[name][row] = np.ma.masked if item is None else item
        return frame
    module = pytest.importorskip(library)
    return module.table(columns) if library == "pyarrow" else module.DataFrame(columns)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_tag_is_escaped_also_beside_one_that_is_missing(library):
    frame = made(library, {"t": ["a b,c=d", None], "f": [1, 2]})
    body = encode_frame(frame, measurement="m", tags=["t"], timestamp=None)
    assert body == b"m,t=a\\ b\\,c\\=d f=1i\nm f=2i\n"


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_first_field_that_is_missing_leaves_no_comma_behind(library):
    frame = made(library, {"ü": [1.5, None], "u": [1.0, 1.0]})
    body = encode_frame(frame, measurement="m", timestamp=None)
    assert body.decode() == "m ü=1.5,u=1.0\nm u=1.0\n"


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_row_of_nothing_is_reported_and_never_half_a_line(library):
    frame = made(library, {"f": [1.5, None], "g": [1.0, None]})
    told: list[int] = []
    body = encode_frame(
        frame,
        measurement="m",
        timestamp=None,
        on_invalid=lambda row, error: told.append(row),
    )
    assert (body, told) == (b"m f=1.5,g=1.0\n", [1])


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("text", ["ends\\", "two\nlines"])
def test_a_tag_that_no_line_can_hold_is_refused_not_changed(library, text):
    frame = made(library, {"t": ["a", text], "f": [1, 2]})
    with pytest.raises(EncodeError, match=r"point 1 .*key 't'"):
        encode_frame(frame, measurement="m", tags=["t"], timestamp=None)


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_infinity_is_refused_or_left_out_and_never_written(library):
    frame = made(library, {"f": [1.5, float("inf")], "g": [1, 2]})
    with pytest.raises(EncodeError, match=r"point 1 .*key 'f': inf is not a number"):
        encode_frame(frame, measurement="m", timestamp=None)
    body = encode_frame(frame, measurement="m", timestamp=None, on_nonfinite="omit")
    assert body == b"m f=1.5,g=1i\nm g=2i\n"


@pytest.mark.parametrize("library", LIBRARIES)
def test_quotes_in_texts_are_escaped_and_booleans_stay_booleans(library):
    frame = made(library, {"s": ['say "x" \\', None], "b": [True, False]})
    body = encode_frame(frame, measurement="m", timestamp=None)
    assert body.decode() == 'm s="say \\"x\\" \\\\",b=true\nm b=false\n'


@pytest.mark.parametrize("library", LIBRARIES)
def test_names_of_columns_are_never_code(library):
    frame = made(library, {"__import__('os')": [1], "{f}": [2], "%s": [3]})
    body = encode_frame(frame, measurement="m", timestamp=None)
    assert body == b"m __import__('os')=1i,{f}=2i,%s=3i\n"


def test_not_a_time_is_refused_and_never_a_number():
    pd = pytest.importorskip("pandas")
    index = pd.DatetimeIndex(["2020-01-01", None], tz="UTC")
    with pytest.raises(EncodeError, match=r"point 1 .*its time is missing"):
        encode_frame(pd.DataFrame({"f": [1, 2]}, index=index), measurement="m")


@given(st.lists(st.integers(MIN_NS, MAX_NS), min_size=1, max_size=20), st.sampled_from("num"))
def test_times_of_any_unit_and_precision_are_exact(times, unit):
    names = {"n": ("ns", 1), "u": ("us", 1000), "m": ("ms", 10**6)}
    name, factor = names[unit]
    ticks = [time // factor for time in times]
    ticks = [tick for tick in ticks if tick * factor >= MIN_NS] or [0]
    frame = np.array([(tick, 1) for tick in ticks], [("time", f"M8[{name}]"), ("f", "i8")])
    for precision, units in (("ns", 1), ("us", 1000), ("s", 10**9)):
        body = encode_frame(frame, measurement="m", precision=precision).decode()
        assert body == "".join(f"m f=1i {tick * factor // units}\n" for tick in ticks)


def test_time_zero_and_times_before_it_are_times():
    frame = np.array([(0, 1), (-500, 1)], [("time", "M8[ms]"), ("f", "i8")])
    assert encode_frame(frame, measurement="m", precision="ms") == b"m f=1i 0\nm f=1i -500\n"


VALUES = {
    "f": st.floats(allow_nan=False, allow_infinity=False),
    "i": st.integers(-(2**63), 2**63 - 1),
    "s": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
    "b": st.booleans(),
}
TAGS = st.from_regex(r"[a-z ,=é]{1,5}", fullmatch=True)


ROWS = st.lists(
    st.fixed_dictionaries(
        {"t": st.one_of(TAGS, st.none()), "z": st.integers(0, 9)}
        | {name: st.one_of(st.none(), value) for name, value in VALUES.items()}
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("library", LIBRARIES[:3])
@settings(max_examples=30)
@given(rows=ROWS)
def test_a_frame_is_written_as_its_rows_are_by_every_library(library, rows):
    module = pytest.importorskip(library)
    columns = {name: [row[name] for row in rows] for name in ("t", "z", *VALUES)}
    if library == "polars":
        types = {"t": "String", "z": "Int64", "f": "Float64", "i": "Int64", "s": "String"}
        schema = {name: getattr(module, kind) for name, kind in types.items()}
        frame = module.DataFrame(columns, {**schema, "b": module.Boolean})
    elif library == "pyarrow":
        types = {"t": "string", "z": "int64", "f": "float64", "i": "int64", "s": "string"}
        fields = [(name, getattr(module, kind)()) for name, kind in types.items()]
        frame = module.table(columns, schema=module.schema([*fields, ("b", module.bool_())]))
    else:
        types = {"t": "object", "z": "int64", "f": "float64", "i": "Int64", "s": "string"}
        types["b"] = "boolean"
        series = {name: module.Series(columns[name], dtype=kind) for name, kind in types.items()}
        frame = module.DataFrame(series)[list(columns)]
    points = [
        ("m", {"t": row["t"]}, {name: row[name] for name in ("z", *VALUES)}, None) for row in rows
    ]
    assert encode_frame(frame, measurement="m", tags=["t"], timestamp=None) == encode(points)
