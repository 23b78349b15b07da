"""What a new user tries first works if it has one meaning; otherwise the error says what to do."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from influx_core import (
    Administration,
    BatchWriter,
    ConfigError,
    DataPoint,
    EncodeError,
    InfluxDBClient,
    InfluxDBError,
    Schema,
    Series,
    blocking,
    lineprotocol,
)
from influx_query import query

POINT = DataPoint("cpu", {"host": "a"}, {"load": 1.5}, 1)
AS_DICT = {"measurement": "cpu", "tags": {"host": "a"}, "fields": {"load": 1.5}, "time": 1}

ACCEPTED: dict[str, Callable[[InfluxDBClient], Awaitable[None]]] = {
    "write(point)": lambda client: client.write(POINT),
    "write(dict)": lambda client: client.write(AS_DICT),
    "write_many(point)": lambda client: client.write_many(POINT),
    "write_many([dict])": lambda client: client.write_many([AS_DICT]),
    "write_lines(str)": lambda client: client.write_lines("cpu,host=a load=1.5 1"),
}

REFUSED: dict[str, tuple[Callable[[InfluxDBClient], Awaitable[object]], str]] = {
    "write([point])": (lambda client: client.write([POINT]), "several points are for write_many()"),
    "write(line)": (lambda client: client.write_many(["cpu load=1"]), "is for write_lines()"),
    "tags as text": (
        lambda client: client.write("cpu", "host=a", {"load": 1.5}),
        "tags are a mapping of keys to values, not 'host=a'",
    ),
    "fields as a number": (
        lambda client: client.write("cpu", {}, 1.5),
        "fields are a mapping of keys to values, not 1.5",
    ),
    "no fields": (lambda client: client.write("cpu", {"host": "a"}), "at least one field"),
    "a list as a field": (
        lambda client: client.write("cpu", {}, {"load": [1, 2]}),
        "key 'load': values of type list cannot be stored",
    ),
    "milliseconds as seconds": (
        lambda client: client.write("cpu", {}, {"load": 1.5}, 1_700_000_000_000, precision="s"),
        'if it counts ms, say precision="ms"',
    ),
    "a datetime without a zone": (
        lambda client: client.write("cpu", {}, {"load": 1.5}, datetime(2020, 1, 1)),
        'add one, or say naive="utc" or "local"',
    ),
    "a time as a float": (
        lambda client: client.write("cpu", {}, {"load": 1.5}, 1_577_836_800.5),
        "a time is an int, a datetime, a date or RFC 3339 text, not float",
    ),
    "parameters as a list": (
        lambda client: client.execute("SELECT load FROM cpu WHERE host = $h", bind_params=["a"]),
        "bind parameters are a mapping of names to values",
    ),
    "a misspelt keyword of write": (
        lambda client: client.write("cpu", {}, {"load": 1.5}, time=1),
        "token, username, not 'time'; did you mean 'timestamp'?",
    ),
    "naive of one write": (
        lambda client: client.write("cpu", {}, {"load": 1.5}, naive="utc"),
        "naive is an option of the client: InfluxDBClient(naive=...)",
    ),
    "a misspelt keyword of write_many": (
        lambda client: client.write_many([POINT], database="x"),
        "not 'database'; did you mean 'db'?",
    ),
    "a misspelt keyword of write_lines": (
        lambda client: client.write_lines("cpu load=1", precison="s"),
        "not 'precison'; did you mean 'precision'?",
    ),
    "a misspelt keyword of execute": (
        lambda client: client.execute("SELECT load FROM cpu", params={}),
        "not 'params'; did you mean 'bind_params'?",
    ),
    "write(line) as a measurement": (
        lambda client: client.write("cpu load=1 1"),
        "line protocol is for write_lines()",
    ),
    "fields in place of tags": (
        lambda client: client.write("cpu", {"load": 1.5}),
        "the second argument is the tags, the third the fields",
    ),
    "a point and its fields": (
        lambda client: client.write(POINT, {}, {"load": 2.5}),
        "a whole point has its tags, fields and time: give nothing else",
    ),
    "milliseconds in lines of seconds": (
        lambda client: client.write_lines("cpu load=1 1700000000000", precision="s"),
        'if the times count s, ms or us, say which: precision="ms"',
    ),
    "several lines as a list": (
        lambda client: client.write_lines(["cpu load=1"]),
        "line protocol is bytes or text, not list; join several lines",
    ),
    "a query that is no text": (lambda client: client.execute(1), "a query is text"),
}


ARGUMENTS: dict[str, object] = {
    "fields": {"load": 1.5},
    "key": "host",
    "keys": "host",
    "lines": b"cpu load=1 1",
    "measurement": "cpu",
    "point": POINT,
    "points": [POINT],
    "query": "SELECT load FROM cpu",
    "tags": {"host": "a"},
    "text": 'from(bucket: "b") |> range(start: 0)',
}
"""Values for the positional arguments of methods."""


def methods_with_keywords() -> list[tuple[str, str]]:
    """Every method of a client, its parts and its writer that takes keywords for its requests."""
    owners = {
        "client": InfluxDBClient,
        "client.schema": Schema,
        "client.admin": Administration,
        "writer": BatchWriter,
    }
    found: list[tuple[str, str]] = []
    for path, owner in owners.items():
        for name, method in inspect.getmembers(owner, inspect.isfunction):
            parameters = inspect.signature(method).parameters.values()
            keywords = {each.name for each in parameters if each.kind is each.VAR_KEYWORD}
            if keywords & {"params", "options"} and not name.startswith("_"):
                found.append((path, name))
    return found


async def started(method: Callable[..., object], *args: object, **keywords: object) -> None:
    """Call a method; wait for its result, or for the first one of several."""
    called = method(*args, **keywords)
    if inspect.isasyncgen(called):
        await anext(called)
    elif inspect.isawaitable(called):
        await called


@pytest.mark.parametrize(("path", "name"), methods_with_keywords())
async def test_a_wrong_keyword_is_told_by_the_method_that_was_called(path: str, name: str) -> None:
    async with InfluxDBClient("memory://", db="mistakes") as client:
        await client.create_database("mistakes")
        async with client.writer() as writer:
            method = {"client": client, "writer": writer}[path.partition(".")[0]]
            for part in (*path.split(".")[1:], name):
                method = getattr(method, part)
            positional = [
                ARGUMENTS[parameter.name]
                for parameter in inspect.signature(method).parameters.values()
                if parameter.name in ARGUMENTS
                and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.VAR_POSITIONAL)
            ]
            with pytest.raises(ConfigError) as caught:
                await started(method, *positional, nosuch=1)
    assert str(caught.value).startswith(f"{name}() takes ")
    assert "not 'nosuch'" in str(caught.value)


async def test_a_series_that_is_not_there_is_told() -> None:
    async with InfluxDBClient("memory://", db="mistakes") as client:
        await client.create_database("mistakes")
        nothing = await client.execute("SELECT load FROM cpu")
        await client.write(POINT)
        result = await client.execute("SELECT load FROM cpu")
    for empty in (nothing.series, nothing[0].series):
        with pytest.raises(IndexError, match=r"there is no series 0; there are: none"):
            empty[0]
    for one in (result.series, result[0].series):
        assert one[0].name == one[-1].name == "cpu"
        with pytest.raises(IndexError, match=r"there is no series 1; there are: 'cpu'"):
            one[1]


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\r\nb"])
@pytest.mark.parametrize("option", ["db", "retention_policy", "org"])
def test_names_with_line_ends_are_refused_as_the_server_has_none(option: str, name: str) -> None:
    with pytest.raises(ConfigError, match=f"{option} takes text without line ends"):
        InfluxDBClient(**{option: name})


@pytest.mark.parametrize("call", ACCEPTED.values(), ids=ACCEPTED)
async def test_a_call_with_one_meaning_is_accepted(client: InfluxDBClient, call) -> None:
    await call(client)
    result = await client.execute("SELECT load FROM cpu GROUP BY host")
    (series,) = result.series
    assert (dict(series.tags), series[0].load, series[0].time_ns) == ({"host": "a"}, 1.5, 1)


@pytest.mark.parametrize(("call", "text"), REFUSED.values(), ids=REFUSED)
async def test_the_error_of_another_call_says_what_to_do(call, text: str) -> None:
    async with InfluxDBClient("memory://", db="mistakes") as client:
        await client.create_database("mistakes")
        with pytest.raises(InfluxDBError) as caught:
            await call(client)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("localhost:8086",), "begins with scheme and host, as http://localhost:8086"),
        (("localhost", 8086), "db takes text"),
        (("http://root:s3cret@localhost:8086",), "pass username= and password= instead"),
        (("gopher://localhost",), "there is no transport 'gopher'; known:"),
    ],
)
def test_a_client_for_a_wrong_address_says_how_to_write_it(arguments, text: str) -> None:
    with pytest.raises(InfluxDBError) as caught:
        InfluxDBClient(*arguments)
    assert text in str(caught.value)
    assert "s3cret" not in str(caught.value)


async def test_a_spool_may_be_a_path(client: InfluxDBClient, tmp_path) -> None:
    async with client.writer(spool=tmp_path / "points.spool") as writer:
        await (await writer.put(POINT))
    assert (tmp_path / "points.spool").exists()


def test_text_where_bytes_are_wanted_says_so() -> None:
    with pytest.raises((InfluxDBError, TypeError), match="line protocol is bytes, not str"):
        lineprotocol.decode("cpu load=1")


@pytest.mark.parametrize("lines", ["cpu load=1 1\ncpu load=2 2", ["cpu load=1 1", b"cpu load=2 2"]])
async def test_a_writer_takes_lines_as_text(client: InfluxDBClient, lines) -> None:
    async with client.writer() as writer:
        await writer.put_lines(lines)
    assert (await client.execute("SELECT count(load) FROM cpu")).scalar() == 2


@pytest.mark.parametrize("lines", ["cpu load=1 1\ncpu load=2 2", ["cpu load=1 1", b"cpu load=2 2"]])
def test_a_blocking_writer_takes_lines_as_text(lines) -> None:
    with blocking.InfluxDBClient("memory://", db="mistakes") as client:
        client.create_database("mistakes")
        with client.writer() as writer:
            writer.put_lines(lines)
        assert client.execute("SELECT count(load) FROM cpu").scalar() == 2


@pytest.mark.parametrize("lines", [5, [POINT]])
async def test_a_writer_says_what_lines_are(client: InfluxDBClient, lines) -> None:
    async with client.writer() as writer:
        with pytest.raises(ConfigError, match="line protocol is bytes or text, not"):
            await writer.put_lines(lines)


@pytest.mark.parametrize("kind", [InfluxDBClient, blocking.InfluxDBClient])
@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("database", "db"), ("user", "username"), ("passwd", "password"), ("url", "base_urls")],
)
def test_a_misspelt_option_of_a_client_names_the_one_that_is_meant(kind, wrong, meant) -> None:
    with pytest.raises(ConfigError) as caught:
        kind("memory://", **{wrong: "s3cret"})
    text = str(caught.value)
    assert f"client: unknown option '{wrong}'; known: api, auth, base_urls," in text
    assert f"did you mean '{meant}'?" in text
    assert "s3cret" not in text


async def test_the_known_options_of_a_writer_include_the_spool(client: InfluxDBClient) -> None:
    with pytest.raises(ConfigError, match=r"spool; did you mean 'batch_points'\?"):
        client.writer(batch_size=5)
    with pytest.raises(ConfigError, match=r"did you mean 'spool'\?"):
        client.writer(spol="a.spool")


def test_a_secret_of_a_wrong_type_is_named_with_its_article() -> None:
    with pytest.raises(ConfigError, match=r"not an int$"):
        InfluxDBClient("memory://", token=5)


@pytest.mark.parametrize("method", ["write", "write_many"])
async def test_a_frame_is_for_write_frame(client: InfluxDBClient, method: str) -> None:
    frame = pytest.importorskip("pandas").DataFrame({"load": [1.5]})
    with pytest.raises(EncodeError) as caught:
        await getattr(client, method)(frame)
    assert 'influx_dataframe.write_frame(client, frame, "measurement")' in str(caught.value)


async def test_a_wrong_index_of_a_result_says_where_series_and_rows_are(
    client: InfluxDBClient,
) -> None:
    await client.write(POINT)
    result = await client.execute("SELECT load FROM cpu")
    with pytest.raises(TypeError, match=r"its series are result\[0\]\.series"):
        result[0][0]
    with pytest.raises(TypeError, match=r"no \['cpu'\]: its series are result\.series"):
        result["cpu"]
    with pytest.raises(IndexError, match="no statement 1: the result has 1"):
        result[1]
    with pytest.raises(IndexError, match="no row 1: it has 1"):
        result.series[0][1]
    with pytest.raises(IndexError, match=r"'cpu' has no row 0: it has 0; result\.first\(\)"):
        Series("cpu", ("time", "load"), [])[0]


def test_a_query_without_from_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match=r"not complete: it needs from_\(\.\.\.\)"):
        str(query("usage"))
    assert repr(query("usage")) == "<SelectQuery SELECT usage FROM >"


@pytest.mark.parametrize("parts", [("cpu", {}, {"load": 1.5}, 1), ("cpu", {}, {"load": 1.5})])
async def test_a_writer_takes_a_point_and_not_its_parts(client: InfluxDBClient, parts) -> None:
    async with client.writer() as writer:
        with pytest.raises(EncodeError, match=r" put\(\(measurement, tags, fields, timestamp\)\)"):
            await writer.put(*parts)
        with pytest.raises(EncodeError, match=r" put_nowait\(\(measurement, tags, fields,"):
            writer.put_nowait(*parts)
        with pytest.raises(EncodeError, match=r" put\(\(measurement, tags, fields, timestamp\)\)"):
            writer.from_thread().put(*parts)
        assert writer.counters.accepted == 0


@pytest.mark.parametrize(
    ("name", "meant"), [("write", "put"), ("write_many", "put_many"), ("write_lines", "put_lines")]
)
async def test_a_writer_names_its_method_for_that_of_a_client(client, name, meant) -> None:
    async with client.writer() as writer:
        for each in (writer, writer.from_thread()):
            with pytest.raises(AttributeError, match=rf"'{name}'; a writer has {meant}\(\)"):
                getattr(each, name)
            assert not hasattr(each, "nothing")
