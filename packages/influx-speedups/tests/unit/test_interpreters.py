"""The extension in several interpreters: each has a module, types and memory of its own."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from typing import Any

import pytest

compiled = pytest.importorskip("_influx_speedups", reason="built without a compiler")

SHARED, OWN = "shared GIL", "own GIL"
if sys.version_info >= (3, 13):
    interpreters: Any = importlib.import_module("_interpreters")
    CREATED = {SHARED: "'legacy'", OWN: "'isolated'"}
else:
    interpreters = importlib.import_module("_xxsubinterpreters")
    CREATED = {SHARED: "isolated=False", OWN: "isolated=True"}

needs_own_gil = pytest.mark.skipif(
    sys.version_info < (3, 13), reason="before 3.13, datetime has no C functions beside another GIL"
)
KINDS = [pytest.param(SHARED), pytest.param(OWN, marks=needs_own_gil)]

# influx_core's DataPoint needs msgspec, which does not load beside another GIL.
USE = """
import dataclasses, datetime, gc
import _influx_speedups as compiled
from influx_core import KeyedTuple

@dataclasses.dataclass(slots=True)
class Point:
    measurement: str
    tags: dict
    fields: dict
    timestamp: object

def refuse(*arguments):
    raise AssertionError(arguments)

for number in range(50):
    at = datetime.datetime(2015, 6, 11, 20, 46, 2, number, tzinfo=datetime.UTC)
    points = [Point("m", {"t": "a"}, {"f": number}, at), ("m", {"t": "b"}, {"f": 0.5}, 1)]
    expected = b"m,t=a f=%di 1434055562%09d\\nm,t=b f=0.5 1\\n" % (number, number * 1000)
    assert compiled.encode(points, 1, Point, refuse) == expected
    reader = compiled.line_reader(expected, 1, None, Point)
    assert compiled.read_lines(reader, 0, 9)[0][0].tags == {"t": "a"}

series = b'{"name":"m","columns":["time","t"],"values":[[%d,"x"],[0,"y"]]}'
document = b'{"results":[{"series":[' + series + b']}]}'
[(_, [(_, _, table, _, _)], _)] = compiled.read_json_tables(document % 1434055562000000000)
joined = type(table).joined([table, table])
assert joined.lists(9)[2] == [1434055562000000000, "x"]
rows = list(compiled.rows(compiled.row_type(KeyedTuple), joined, {"time": 0, "t": 1}))
assert [row.t for row in rows] == ["x", "y"] * 2
assert rows[0].time == compiled.datetime_of(1434055562000000000)
assert rows[0].time == datetime.datetime(2015, 6, 11, 20, 46, 2, tzinfo=datetime.UTC)
assert type(rows[0].time) is datetime.datetime and rows[0].time.tzinfo is datetime.UTC
[(_, [(_, _, (times, texts), _, _)], _)] = compiled.read_json_columns(document % 5)
assert bytes(times[2]) == (5).to_bytes(8, "little") + bytes(8)
del table, joined
gc.collect()
assert rows[1].t == "y"
"""


PROGRAM = f"""
import {interpreters.__name__} as interpreters, threading

USE = {USE!r}
# What influx_core requires breaks when the interpreter ends that loaded it first.
exec(USE, {{}})

def create():
    return interpreters.create(CREATED)

def run(source):
    interpreter = create()
    try:
        failure = interpreters.run_string(interpreter, source)
    except Exception as error:  # 3.11 and 3.12 raise one
        return str(error)
    finally:
        interpreters.destroy(interpreter)
    return "" if failure is None else str(failure.errdisplay)
"""


def alone(kind: str, story: str) -> None:
    """Run a story with interpreters of a kind, in a process of its own.

    Up to Python 3.12 all interpreters of a process share the types of ctypes, and lose them when
    one of them imports it.
    """
    program = PROGRAM.replace("CREATED", CREATED[kind]) + story
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("kind", KINDS)
def test_an_interpreter_that_ends_leaves_the_others_whole(kind: str) -> None:
    alone(
        kind,
        """
assert run("import _influx_speedups") == ""
assert run(USE) == ""
assert run(USE) == ""
exec(USE, {})
""",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_interpreters_run_beside_one_another(kind: str) -> None:
    alone(
        kind,
        """
failures = []
threads = [threading.Thread(target=lambda: failures.append(run(USE))) for _ in range(4)]
for thread in threads:
    thread.start()
exec(USE, {})
for thread in threads:
    thread.join()
assert failures == [""] * 4, failures
""",
    )


def test_a_client_finds_the_codec_in_an_interpreter_with_the_shared_gil() -> None:
    alone(
        SHARED,
        """
assert run('''
from influx_core import Plugins
assert "ompiled" in type(Plugins().serializer()).__name__
assert "ompiled" in type(Plugins().deserializer()).__name__
''') == ""
""",
    )


@pytest.mark.skipif(sys.version_info[:2] != (3, 12), reason="only 3.12 has a GIL but no datetime")
def test_3_12_refuses_an_interpreter_with_its_own_gil() -> None:
    alone(
        OWN,
        """
failure = run("import _influx_speedups")
assert "does not support loading in subinterpreters" in failure, failure
""",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_ends_well_with_its_interpreters(kind: str) -> None:
    alone(kind, "assert not interpreters.run_string(create(), USE)")


def test_two_modules_of_one_interpreter_share_no_types() -> None:
    spec = compiled.__spec__
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    assert other.Table is not compiled.Table
    document = b'{"results":[{"series":[{"name":"m","columns":["f"],"values":[[1]]}]}]}'
    [(_, [(_, _, table, _, _)], _)] = other.read_json_tables(document)
    with pytest.raises(TypeError, match="only tables"):
        compiled.Table.joined([table])
