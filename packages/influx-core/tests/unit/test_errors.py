from __future__ import annotations

import copy
import pickle

import pytest

import influx_core
from influx_core import InfluxDBClient, errors


@pytest.mark.parametrize(
    "error",
    [
        errors.EncodeError("is NaN", index=3, measurement="cpu", key="load"),
        errors.DecodeError("no fields", line=2, column=5),
        errors.PartialWriteError("partial write: x dropped=1", dropped=1, status=400),
        errors.DatabaseNotFound('database not found: "x"', statement_id=1, status=200),
        errors.ServerUnreachable("nobody", causes=(("http://a", ConnectionError("refused")),)),
    ],
)
def test_errors_survive_pickling(error):
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert twin.__dict__.keys() == error.__dict__.keys()


def test_every_error_has_the_one_root_and_is_public():
    for name in errors.__all__:
        member = getattr(errors, name)
        if isinstance(member, type):
            assert issubclass(member, errors.InfluxDBError)
            assert getattr(influx_core, name) is member


def test_an_encode_error_names_point_and_key():
    error = errors.EncodeError("is NaN", index=3, measurement="cpu", key="load")
    assert str(error) == "point 3 ('cpu'), key 'load': is NaN"


def test_the_text_of_an_encode_error_is_short_whatever_was_given():
    long = "x" * 1_000_000
    error = errors.EncodeError(f"{long} is no time", index=3, measurement=long, key=long)
    assert len(str(error)) < 3_000
    assert "(1,000,011 characters)" in str(error)
    assert (error.measurement, error.key) == (long, long)


def test_a_missing_database_is_an_error_of_queries_and_of_writes():
    assert issubclass(errors.DatabaseNotFound, errors.QueryError)
    assert issubclass(errors.DatabaseNotFound, errors.WriteError)


@pytest.mark.parametrize("error", [errors.PartialWriteError("x", dropped=1, status=400)])
def test_errors_survive_copying(error):
    error.written, error.not_sent = 5, None
    for twin in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert (type(twin), vars(twin)) == (type(error), vars(error))


async def test_only_a_write_says_how_far_it_got():
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        with pytest.raises(errors.ServerUnreachable) as caught:
            await client.ping()
        assert not hasattr(caught.value, "written")
        with pytest.raises(errors.ServerUnreachable) as caught:
            await client.write("m", {}, {"f": 1})
        assert (caught.value.written, caught.value.not_sent) == (0, 0)
