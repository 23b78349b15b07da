"""Keys, columns and the order of rows."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.flux_errors import FluxError

NULL_INT = 'debug.null(type: "int")'
NULL_STRING = 'debug.null(type: "string")'


def values(tables):
    return [[row["_value"] for row in rows] for _, rows in tables]


def test_group_divides_rows_by_columns(of_cpu):
    assert values(of_cpu("|> group()")) == [[1.0, 3.0, 8.0, 2.0, 4.0]]
    assert [key for key, _ in of_cpu('|> group(columns: ["host"])')] == [
        {"host": "a"},
        {"host": "b"},
    ]


def test_group_ignores_columns_that_are_not_there(of_cpu):
    assert [key for key, _ in of_cpu('|> group(columns: ["nothing"])')] == [{}]


def test_group_except_takes_all_other_columns(of_cpu):
    found = of_cpu('|> group(columns: ["_time", "_value"], mode: "except")')
    assert [key for key, _ in found] == [
        {"host": "a", "_field": "usage"},
        {"host": "b", "_field": "usage"},
    ]


def test_a_null_is_a_value_of_the_key(of_values):
    rows = of_values(['"a"', NULL_STRING], '|> group(columns: ["_value"]) |> count(column: "n")')
    assert [row["_value"] for row in rows] == ["a", None]


def test_columns_of_two_types_collide(run_flux):
    script = """import "array"
union(tables: [array.from(rows: [{_value: 1}]), array.from(rows: [{_value: "a"}])]) |> group()"""
    message = 'schema collision detected: column "_value" is both of type int and string'
    with pytest.raises(FluxError, match=message):
        run_flux(script)


def test_dropping_a_column_of_the_key_merges_tables(of_cpu):
    found = of_cpu('|> drop(columns: ["host"])')
    assert [(key, len(rows)) for key, rows in found] == [({"_field": "usage"}, 5)]


def test_keep_and_drop_choose_by_a_function_too(of_cpu):
    (key, rows), _ = of_cpu("|> keep(fn: (column) => column =~ /^(_value|host)$/)")
    assert (key, set(rows[0])) == ({"host": "a"}, {"host", "_value"})


def test_dropping_what_is_not_there_changes_nothing(of_cpu):
    assert of_cpu('|> drop(columns: ["nothing"])') == of_cpu("")


def test_keeping_nothing_leaves_no_rows(of_cpu):
    assert of_cpu('|> keep(columns: ["nothing"])') == [({}, [])]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("keep()", "keep error: neither column list nor predicate function provided"),
        ("drop()", "drop error: neither column list nor predicate function provided"),
        ("rename()", "rename error: neither column list nor map function provided"),
        (
            'drop(columns: ["a"], fn: (column) => true)',
            "drop error: both column list and predicate provided",
        ),
        (
            'rename(columns: {a: "b"}, fn: (column) => column)',
            "rename error: both column list and map function provided",
        ),
        (
            'pivot(rowKey: ["a"], columnKey: ["a"], valueColumn: "_value")',
            "column name found in both rowKey and colKey: a",
        ),
        ("keyValues()", "neither column list nor predicate function provided"),
        (
            'keyValues(keyColumns: ["x", "y"])',
            r"received table with columns \[.*_value.*\] not having key columns \[x y\]",
        ),
        ('keyValues(keyColumns: ["host", "_value"])', "keyColumns must all be the same type"),
        ('tableFind(fn: (key) => true) |> getColumn(column: "x")', "cannot find column x$"),
        ("tableFind(fn: (key) => true) |> getRecord(idx: 99)", "index out of bounds: 99$"),
        ('elapsed(timeColumn: "x")', 'column "x" does not exist'),
        (
            "stateDuration(fn: (r) => true, unit: 0s)",
            "state tracking duration unit must be greater than zero",
        ),
        ('keep(columns: ["host"]) |> movingAverage(n: 2)', "cannot find _value column"),
        (
            'map(fn: (r) => ({_value: "a"})) |> movingAverage(n: 2)',
            r"cannot take moving average of column _value \(type string\)",
        ),
    ],
)
def test_wrong_arguments_are_refused_in_the_words_of_flux(of_cpu, call, text):
    with pytest.raises(FluxError, match=text):
        of_cpu(f"|> {call}")


def test_a_limit_below_zero_leaves_no_rows(of_cpu):
    assert [rows for _, rows in of_cpu("|> limit(n: -1)")] == [[], []]


def test_a_renamed_column_stays_in_the_key(of_cpu):
    (key, _), _ = of_cpu('|> rename(columns: {host: "machine"})')
    assert key == {"machine": "a", "_field": "usage"}


def test_a_column_that_is_not_there_cannot_be_renamed(of_cpu):
    with pytest.raises(FluxError, match='rename error: column "x" doesn\'t exist'):
        of_cpu('|> rename(columns: {x: "y"})')


def test_duplicate_copies_a_column(of_cpu):
    (_, rows), _ = of_cpu('|> duplicate(column: "host", as: "copy")')
    assert {row["copy"] for row in rows} == {"a"}


def test_set_changes_the_key_of_its_column(of_cpu):
    assert [key["host"] for key, _ in of_cpu('|> set(key: "host", value: "x")')] == ["x"]


def test_sort_puts_null_first_and_last_when_descending(of_values):
    assert [row["n"] for row in of_values([2, NULL_INT, 1], "|> sort()")] == [1, 2, 0]
    assert [row["n"] for row in of_values([2, NULL_INT, 1], "|> sort(desc: true)")] == [0, 2, 1]


def test_equal_rows_keep_their_order(of_values):
    assert [row["n"] for row in of_values([2, 1, 2, 1], "|> sort()")] == [1, 3, 0, 2]


@pytest.mark.parametrize(
    ("call", "rows"),
    [
        ("limit(n: 2)", [0, 1]),
        ("limit(n: 2, offset: 3)", [3]),
        ("tail(n: 2)", [2, 3]),
        ("tail(n: 2, offset: 1)", [1, 2]),
        ("top(n: 2)", [2, 0]),
        ("bottom(n: 1)", [1]),
    ],
)
def test_some_rows_are_kept(of_values, call, rows):
    assert [row["n"] for row in of_values([3, 1, 4, 2], f"|> {call}")] == rows


def test_fill_replaces_nulls(of_values):
    nulls = [NULL_INT, 1, NULL_INT]
    assert [row["_value"] for row in of_values(nulls, "|> fill(value: 7)")] == [7, 1, 7]
    previous = of_values(nulls, "|> fill(usePrevious: true)")
    assert [row["_value"] for row in previous] == [None, 1, 1]


def test_fill_makes_a_missing_column(of_cpu):
    (_, first), (_, second) = of_cpu('|> fill(column: "new", value: "x")')
    assert {row["new"] for row in (*first, *second)} == {"x"}
    assert of_cpu('|> fill(column: "new", usePrevious: true)') == of_cpu("")


def test_fill_needs_a_value_of_the_type_of_the_column(of_values):
    with pytest.raises(FluxError, match="fill column type mismatch: int/float"):
        of_values([1], "|> fill(value: 1.0)")


def test_union_merges_tables_of_one_key(run_flux):
    found = run_flux('import "array"\na = array.from(rows: [{x: 1}])\nunion(tables: [a, a])')
    assert found == [("_result", {}, [{"x": 1}, {"x": 1}])]


def test_map_keeps_the_columns_of_the_key_that_the_record_has(of_cpu):
    found = of_cpu("|> map(fn: (r) => ({host: r.host, double: r._value * 2.0}))")
    assert [key for key, _ in found] == [{"host": "a"}, {"host": "b"}]
    assert found[0][1][0] == {"host": "a", "double": 2.0}


def test_map_merges_tables_whose_keys_become_equal(of_cpu):
    found = of_cpu('|> map(fn: (r) => ({r with host: "x"}))')
    assert [(key["host"], len(rows)) for key, rows in found] == [("x", 5)]


NULLS = (
    'import "array"\nimport "internal/debug"\nimport "math"\n'
    'null = debug.null(type: "float")\nfactor = 2.0\n'
    'array.from(rows: [{h: "a", v: 1.0}, {h: "b", v: null}]) |> group(columns: ["h"])'
    ' |> filter(fn: (r) => r.h == "b")'
)
"""A table whose column `v` is of floats, but all null."""


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("r.v", "float"),
        ("r.v * factor", "float"),
        ("factor - r.v", "float"),
        ("-r.v", "float"),
        ("int(v: r.v)", "int"),
        ("uint(v: r.v)", "uint"),
        ("string(v: r.v)", "string"),
        ("time(v: int(v: r.v))", "time"),
        ("math.floor(x: r.v)", "float"),
        ("r.v > 1.0", "bool"),
        ("r.v > 1.0 and r.v < factor", "bool"),
        ("if exists r.v then 1 else int(v: r.v)", "int"),
        ("(r.v + 1.0)", "float"),
    ],
)
def test_map_keeps_the_type_of_what_is_null_in_all_rows(columns_of, expression, type_):
    if "math" in expression:
        expression = expression.replace("r.v", "(if exists r.v then r.v else 1.5)")
    for body in (f"({{r with y: {expression}}})", f"{{y = {expression} return {{r with y: y}}}}"):
        assert columns_of(f"{NULLS} |> map(fn: (r) => {body})")["y"] == type_


@pytest.mark.parametrize("type_", ["int", "uint", "float", "string", "bool", "time"])
def test_records_keep_the_type_of_nulls(columns_of, type_):
    query = (
        'import "array"\nimport d "internal/debug"\n'
        f'null = d.null(type: "{type_}")\nother = null\n'
        f'array.from(rows: [{{a: null, b: 1, c: (d.null(type: "{type_}"))}}, {{a: other, b: 2}}])'
    )
    assert columns_of(query) == {"a": type_, "b": "int", "c": type_}
    mapped = f"{query} |> map(fn: (r) => {{ x = other return {{x: x, y: r.a, z: null}} }})"
    assert columns_of(mapped) == {"x": type_, "y": type_, "z": type_}


def test_a_variable_may_be_assigned_an_outer_one_of_its_name(columns_of):
    query = f"{NULLS} |> map(fn: (r) => {{ factor = factor + r.v return {{y: factor}} }})"
    assert columns_of(query) == {"y": "float"}
    query = f"{NULLS} |> map(fn: (r) => {{ null = null return {{x: 1, y: null}} }})"
    assert columns_of(query) == {"x": "int"}


def test_a_value_beside_nulls_tells_the_type(rows_of, run_flux):
    query = 'import "array"\nimport "internal/debug"\nn = debug.null(type: "int")\n'
    assert rows_of(f"{query}array.from(rows: [{{a: n}}, {{a: 2}}])") == [{"a": None}, {"a": 2}]
    assert rows_of(f'{query}array.from(rows: [{{a: n}}]) |> sum(column: "a")') == [{"a": None}]


def test_map_drops_empty_tables(run_flux):
    query = f'{NULLS} |> filter(fn: (r) => r.v > 0.0, onEmpty: "keep")'
    assert [rows for _, _, rows in run_flux(query)] == [[]]
    assert run_flux(f"{query} |> map(fn: (r) => ({{r with y: 1}}))") == []


@pytest.mark.parametrize(
    ("pipe", "labels"),
    [
        ("map(fn: (r) => ({r with z: 1, a: 2, Z: 3}))", ["Z", "a", "h", "v", "z"]),
        ("map(fn: (r) => ({z: 1, y: r.v}))", ["y", "z"]),
        (
            "reduce(fn: (r, accumulator) => accumulator, identity: {sum: 0, count: 0, avg: 0.0})",
            ["h", "avg", "count", "sum"],
        ),
    ],
)
def test_new_columns_are_in_alphabetical_order(columns_of, pipe, labels):
    assert list(columns_of(f"{NULLS} |> {pipe}")) == labels


def test_joined_columns_are_in_alphabetical_order(columns_of):
    query = (
        'import "array"\nl = array.from(rows: [{t: 1, b: 2, z: 3}])\n'
        'r = array.from(rows: [{z: 4, a: 5, t: 1}])\njoin(tables: {l: l, r: r}, on: ["t"])'
    )
    assert list(columns_of(query)) == ["a", "b", "t", "z_l", "z_r"]


def test_map_divides_a_table_whose_key_gets_several_values(of_values, run_flux):
    found = run_flux(
        'import "array"\narray.from(rows: [{a: "x", b: 1}, {a: "x", b: 2}])'
        ' |> group(columns: ["a"]) |> map(fn: (r) => ({r with a: string(v: r.b)}))'
    )
    assert [key for _, key, _ in found] == [{"a": "1"}, {"a": "2"}]


def test_reduce_runs_a_function_over_the_rows(of_cpu):
    found = of_cpu(
        "|> reduce(identity: {total: 0.0, rows: 0}, fn: (r, accumulator) => "
        "({total: accumulator.total + r._value, rows: accumulator.rows + 1}))"
    )
    assert [(rows[0]["total"], rows[0]["rows"]) for _, rows in found] == [(12.0, 3), (6.0, 2)]


@pytest.mark.parametrize(
    ("fn", "message"),
    [
        ("1", "reduce function must return an object"),
        ('({n: "a"})', "expected int but found string"),
    ],
)
def test_reduce_needs_the_record_of_its_identity(of_cpu, fn, message):
    with pytest.raises(FluxError, match=message):
        of_cpu(f"|> reduce(identity: {{n: 0}}, fn: (r, accumulator) => {fn})")


@pytest.mark.parametrize(
    "call", ['join(tables: {a: data, b: 1}, on: ["x"])', "union(tables: [data, 1])"]
)
def test_only_streams_are_combined(run_flux, call):
    script = f'import "array"\ndata = array.from(rows: [{{x: 1}}])\n{call}'
    with pytest.raises(FluxError, match="expected stream but found int"):
        run_flux(script)


PIVOT = '|> pivot(rowKey: ["_time"], columnKey: ["host"], valueColumn: "_value")'


def test_pivot_sorts_by_the_row_key_and_drops_other_columns(of_cpu):
    ((key, rows),) = of_cpu(PIVOT)
    assert key == {"_field": "usage"}
    assert [(row["_time"] // 10**9, row["a"], row["b"]) for row in rows] == [
        (0, 1.0, None),
        (5, None, 2.0),
        (10, 3.0, None),
        (70, 8.0, None),
        (115, None, 4.0),
    ]


def test_pivot_joins_the_values_of_the_column_key(of_cpu):
    pipe = '|> pivot(rowKey: ["_time"], columnKey: ["host", "_field"], valueColumn: "_value")'
    ((_, rows),) = of_cpu(pipe)
    assert set(rows[0]) == {"_time", "a_usage", "b_usage"}


def test_pivot_names_columns_of_floats_with_an_exponent(of_cpu):
    pipe = '|> pivot(rowKey: ["_time"], columnKey: ["_value"], valueColumn: "host") |> group()'
    ((_, rows),) = of_cpu(pipe)
    assert {"1E+00", "2E+00", "8E+00"} <= set(rows[0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('rowKey: [], columnKey: ["host"]', "must have at least one column each"),
        (
            'rowKey: ["host"], columnKey: ["host"]',
            "column name found in both rowKey and colKey: host",
        ),
        ('rowKey: ["_value"], columnKey: ["host"]', 'value column "_value" found in rowKey'),
    ],
)
def test_an_impossible_pivot_is_refused(of_cpu, arguments, message):
    with pytest.raises(FluxError, match=message):
        of_cpu(f'|> pivot({arguments}, valueColumn: "_value")')


def test_pivot_refuses_a_value_that_names_a_row_key(of_values):
    pivot = '|> pivot(rowKey: ["n"], columnKey: ["x"], valueColumn: "_value")'
    with pytest.raises(FluxError, match='make a column "n" that rowKey has too'):
        of_values([1], f'|> set(key: "x", value: "n") {pivot}')


def test_pivot_names_a_missing_column(of_cpu):
    with pytest.raises(FluxError, match="column does not exist in table: x"):
        of_cpu('|> pivot(rowKey: ["x"], columnKey: ["host"], valueColumn: "_value")')


JOIN = """import "array"
import "internal/debug"
none = debug.null(type: "int")
left = array.from(rows: [{id: 1, v: "a"}, {id: 2, v: "b"}, {id: none, v: "c"}])
right = array.from(rows: [{id: 1, v: "x", more: true}, {id: none, v: "y", more: true}])
"""


def test_join_adds_the_names_of_the_sides_and_never_joins_null(rows_of):
    rows = rows_of(JOIN + 'join(tables: {l: left, r: right}, on: ["id"])')
    assert rows == [{"id": 1, "v_l": "a", "v_r": "x", "more": True}]


def test_the_key_of_a_join_is_the_union_of_the_keys(run_flux):
    script = (
        'join(tables: {l: left |> group(columns: ["v"]), r: right |> group(columns: ["more"])}, '
        'on: ["id"])'
    )
    ((_, key, _),) = run_flux(JOIN + script)
    assert key == {"v_l": "a", "more": True}


def test_columns_and_keys_tell_the_labels(of_cpu):
    (_, columns), _ = of_cpu("|> columns()")
    (_, keys), _ = of_cpu("|> keys()")
    assert {row["_value"] for row in columns} == {"_time", "host", "_field", "_value"}
    assert {row["_value"] for row in keys} == {"host", "_field"}


def test_key_values_returns_each_pair_once(of_cpu):
    (_, rows), _ = of_cpu('|> keyValues(keyColumns: ["host", "_field"])')
    assert [(row["_key"], row["_value"]) for row in rows] == [("host", "a"), ("_field", "usage")]


def test_key_values_returns_the_first_null_of_all_columns_alone(rows_of):
    rows = rows_of(
        'import "array"\nimport "internal/debug"\nnull = debug.null(type: "string")\n'
        'array.from(rows: [{a: "x", b: null}, {a: null, b: null}, {a: "x", b: "y"}])'
        ' |> keyValues(keyColumns: ["a", "b"])'
    )
    found = [(row["_key"], row["_value"]) for row in rows]
    assert found == [("a", "x"), ("b", None), ("b", "y")]


def test_key_values_passes_over_columns_that_are_not_there(of_cpu):
    (_, rows), _ = of_cpu('|> keyValues(keyColumns: ["x", "host"])')
    assert [(row["_key"], row["_value"]) for row in rows] == [("host", "a")]


def test_a_table_is_found_by_its_key(value_of, rows_of):
    script = """import "array"
data = array.from(rows: [{host: "a", x: 1}, {host: "b", x: 2}]) |> group(columns: ["host"])
found = data |> findColumn(fn: (key) => key.host == "b", column: "x")
record = data |> findRecord(fn: (key) => key.host == "a", idx: 0)
none = data |> findColumn(fn: (key) => key.host == "c", column: "x")
missing = data |> findColumn(fn: (key) => true, column: "y")
table = data |> tableFind(fn: (key) => true)
array.from(rows: [{
    first: found[0], second: record.x, none: length(arr: none), missing: length(arr: missing),
    third: (table |> getColumn(column: "x"))[0], fourth: (table |> getRecord(idx: 0)).host,
}])"""
    assert rows_of(script) == [
        {"first": 2, "second": 1, "none": 0, "missing": 0, "third": 1, "fourth": "a"}
    ]


def test_no_table_is_an_error_of_table_find(of_cpu):
    with pytest.raises(FluxError, match="no table found"):
        of_cpu('|> tableFind(fn: (key) => key.host == "c")')


def test_a_column_of_values_is_converted(of_values):
    assert [row["_value"] for row in of_values([1, 2], "|> toFloat()")] == [1.0, 2.0]
    assert [row["_value"] for row in of_values(['"12"'], "|> toInt()")] == [12]
