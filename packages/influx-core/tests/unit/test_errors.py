from __future__ import annotations

import pickle

import pytest

import influx_core
from influx_core import errors


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
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert copy.__dict__.keys() == error.__dict__.keys()


def test_every_error_has_the_one_root_and_is_public():
    for name in errors.__all__:
        member = getattr(errors, name)
        if isinstance(member, type):
            assert issubclass(member, errors.InfluxDBError)
            assert getattr(influx_core, name) is member


def test_an_encode_error_names_point_and_key():
    error = errors.EncodeError("is NaN", index=3, measurement="cpu", key="load")
    assert str(error) == "point 3 ('cpu'), key 'load': is NaN"


def test_a_missing_database_is_an_error_of_queries_and_of_writes():
    assert issubclass(errors.DatabaseNotFound, errors.QueryError)
    assert issubclass(errors.DatabaseNotFound, errors.WriteError)
