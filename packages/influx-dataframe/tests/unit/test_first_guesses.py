"""What a new user tries first is taken where it has one meaning, or answered with what to do."""

from __future__ import annotations

import pytest

from influx_core import ConfigError, EncodeError, QueryResult, Series
from influx_core.blocking import InfluxDBClient
from influx_core.interfaces import LocalResponse
from influx_dataframe import (
    chart,
    decode_frame,
    encode_frame,
    plot,
    query_frame,
    stream_frames,
    to_frame,
    write_frame,
)

pd = pytest.importorskip("pandas")
np = pytest.importorskip("numpy")

TIMES = pd.to_datetime([1, 2], unit="ns", utc=True)


def a_frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns or {"host": ["a", "b"], "f": [1.5, 2.5]}, index=TIMES)


def test_the_measurement_may_come_third_and_one_tag_as_text():
    expected = b"m,host=a f=1.5 1\nm,host=b f=2.5 2\n"
    assert encode_frame(a_frame(), "m", tags="host") == expected
    assert encode_frame(a_frame(), measurement="m", tags=["host"], fields="f") == expected


class Recorder:
    """A transport that keeps the bodies it is given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def send(self, request):
        self.bodies.append(request.body)
        return LocalResponse(204)

    async def aclose(self) -> None:
        pass


def test_write_frame_takes_the_measurement_third_and_counts_rows_that_it_skips():
    recorder = Recorder()
    frame = a_frame(f=[1.5, np.nan])
    with InfluxDBClient(db="d", transport=recorder) as client:
        assert write_frame(client, frame, "m", empty_rows="skip") == 1
        with pytest.raises(EncodeError, match="at least one field with a value"):
            write_frame(client, frame, "m")
    assert recorder.bodies == [b"m f=1.5 1\n"]


@pytest.mark.parametrize(
    ("option", "hint"),
    [("database", "not 'database'; did you mean 'db'?"), ("tag", "did you mean 'tags'?")],
)
def test_a_misspelt_keyword_is_told_before_the_faults_of_the_data(option, hint):
    naive = pd.DataFrame({"f": [1.5]}, index=pd.to_datetime(["2020-01-01"]))
    with InfluxDBClient(db="d", transport=Recorder()) as client:
        for target in (client, client.writer()):
            with pytest.raises(ConfigError, match=r"^write_frame\(\) takes ") as caught:
                write_frame(target, naive, "m", **{option: "x"})
            assert hint in str(caught.value)


def test_a_writer_takes_no_credentials_with_a_frame():
    client = InfluxDBClient(db="d", transport=Recorder())
    with client, pytest.raises(ConfigError, match=r"write_frame\(\) takes .*, not 'token'"):
        write_frame(client.writer(), a_frame(), "m", token="x")


def test_encode_frame_refuses_a_misspelt_keyword():
    with pytest.raises(
        ConfigError, match=r"encode_frame\(\) takes .*, not 'tag'; did you mean 'tags'"
    ):
        encode_frame(a_frame(), "m", tag="host")


def test_arguments_in_another_order_say_which_comes_first():
    with pytest.raises(TypeError, match="the first is a client or writer, not DataFrame"):
        write_frame(a_frame(), "m")


@pytest.mark.parametrize("option", ["on_nonfinite", "durations", "naive", "empty_rows"])
def test_an_unknown_word_names_the_known_ones(option):
    with pytest.raises(ConfigError, match=f"unknown {option} 'error'; known are raise"):
        encode_frame(a_frame(), "m", **{option: "error"})


def test_an_index_level_without_a_name_is_not_dropped():
    parts = {"north": a_frame(f=[1, 2]), "south": a_frame(f=[3, 4])}
    with pytest.raises(ConfigError, match=r"level 0 of the index has no name.*reset_index"):
        encode_frame(pd.concat(parts), "m")
    named = pd.concat(parts, names=["site", "time"])
    assert encode_frame(named, "m", tags="site").count(b"site=north") == 2
    with pytest.raises(ConfigError, match="level 1 of the index has no name"):
        encode_frame(a_frame(f=[1, 2], g=[3, 4]).stack().to_frame("v"), "m")


def test_the_numbers_of_rows_are_no_level():
    frame = pd.DataFrame({"time": TIMES, "f": [1, 2]})
    assert encode_frame(frame[frame.f > 1], "m") == b"m f=2i 2\n"


def test_a_frame_of_a_class_of_another_package_is_a_frame_of_pandas():
    class Located(pd.DataFrame):
        pass

    Located.__module__ = "geo.frames"
    located = Located(a_frame(f=[1.5, 2.5]))
    assert encode_frame(located, "m") == b"m f=1.5 1\nm f=2.5 2\n"


@pytest.mark.parametrize(
    "index",
    [
        TIMES.astype(object),
        pd.CategoricalIndex(TIMES),
        pd.period_range("2020-01-01", periods=2, freq="D"),
        TIMES.tz_localize(None),
    ],
    ids=["object", "categorical", "period", "naive"],
)
def test_every_index_of_times_is_the_time(index):
    frame = pd.DataFrame({"f": [1.5, 2.5]}, index=index)
    lines = encode_frame(frame, "m", naive="utc").splitlines()
    first = 1577836800000000000 if isinstance(index, pd.PeriodIndex) else 1
    assert lines[0] == f"m f=1.5 {first}".encode()


def test_an_index_of_arrows_times_is_the_time():
    pa = pytest.importorskip("pyarrow")
    index = pd.Index(TIMES, dtype=pd.ArrowDtype(pa.timestamp("ns", "UTC")))
    frame = pd.DataFrame({"f": [1.5, 2.5]}, index=index)
    assert encode_frame(frame, "m") == b"m f=1.5 1\nm f=2.5 2\n"


def test_two_columns_of_one_name_and_lists_in_cells_say_what_to_do():
    twice = pd.DataFrame([[1.5, 2.5]], columns=["f", "f"], index=TIMES[:1])
    with pytest.raises(ConfigError, match="two columns are called 'f': rename one"):
        encode_frame(twice, "m")
    with pytest.raises(EncodeError, match=r"a cell holds a list, and a field one value: explode"):
        encode_frame(a_frame(f=[[1], [2]]), "m")
    with pytest.raises(EncodeError, match=r"a cell holds a ndarray"):
        encode_frame(a_frame(f=[np.ones(2), np.ones(2)]), "m")


def test_a_misspelt_column_in_types_names_the_columns():
    series = Series("m", ["time", "load"], [[1, 2]])
    with pytest.raises(ConfigError, match="types: no column 'laod'; the columns are time, load"):
        to_frame(series, types={"laod": "float"})
    body = b"name,tags,time,load\nm,,1,2\n"
    with pytest.raises(ConfigError, match="no column 'laod'"):
        decode_frame(body, format="csv", types={"laod": "float"})
    with pytest.raises(ConfigError, match="'load' cannot be 'double'; known: float"):
        decode_frame(b'{"results":[{}]}', types={"load": "double"})


def test_one_tag_of_a_drawn_frame_may_be_text():
    pytest.importorskip("matplotlib")
    assert chart(a_frame(), "f", tags="host", width=30).count("host=") == 2
    assert plot(a_frame(), "f", tags="host")


def test_a_pandas_time_keeps_its_nanoseconds():
    ns = 1577836800123456789
    time = pd.Timestamp(ns, tz="Europe/Berlin")
    frame = pd.DataFrame({"tag": [time], "f": [time]}, index=pd.DatetimeIndex([time]))
    text = b"2020-01-01T00:00:00.123456789Z"
    expected = b'm,tag=%b f="%b" %d\n' % (text, text, ns)
    assert encode_frame(frame, "m", tags="tag") == expected
    from influx_core.lineprotocol import encode

    assert encode([("m", {"tag": time}, {"f": time}, time)]) == expected
    assert encode([("m", {}, {"f": 1}, time.tz_localize(None))], naive="utc").endswith(b"3456789\n")


@pytest.mark.parametrize("function", [query_frame, stream_frames])
def test_a_query_before_the_client_is_told(function):
    wrong = pytest.raises(TypeError, match=r"the first argument is a client, .* not str first")
    with InfluxDBClient("memory://") as client, wrong:
        function("SELECT f FROM m", client)


def test_a_result_is_not_taken_for_a_series():
    with pytest.raises(TypeError, match=r"QueryResult is not a Series: .* to_frames\(result\)"):
        to_frame(QueryResult(()))
