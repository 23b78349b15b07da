"""SELECT INTO: writes the rows of a query back as points."""

from __future__ import annotations

from collections.abc import Iterator

from influx_core import DataPoint, Unsigned
from influx_query.nodes import SelectStatement
from influx_testing._engine.engine import Engine
from influx_testing._engine.select import SelectResult, select
from influx_testing._engine.statements.result_series import Result, ResultSeries
from influx_testing._engine.storage.write_errors import PartialWrite, WriteConflict
from influx_testing.errors import PanicError, StatementError

__all__ = ["select_into"]

_BATCH = 10_000

_GO_TYPES = {float: "float64", int: "int64", str: "string", bool: "bool"}


def select_into(engine: Engine, statement: SelectStatement, now: int) -> Result:
    """Execute a SELECT INTO with a complete target; return the number of points written.

    Args:
        engine: the engine that is read and written.
        statement: the SELECT, with complete sources.
        now: the value of now(), in ns since 1970.

    Raises:
        StatementError: the query fails, the target does not exist, or a point cannot be stored.
    """
    target = statement.target
    assert target is not None
    selection = select(statement, engine.databases, now, engine.limits)
    engine.databases.get(target.database)
    # Read all rows before the first write: a query can read the measurement that it writes.
    points = list(_points(selection, target.name))
    for start in range(0, len(points), _BATCH):
        batch = points[start : start + _BATCH]
        try:
            engine.write(target.database, target.retention_policy, batch)
        except (PartialWrite, WriteConflict) as error:
            raise StatementError(str(error)) from error
    row = ResultSeries("result", ["time", "written"], [[0, len(points)]], has_time=True)
    return Result([row])


def _points(selection: SelectResult, name: str) -> Iterator[DataPoint]:
    """Make a point of each row that has a value.

    As on the server, the last column that is called `time` has to hold the time.

    Raises:
        StatementError: no column is called `time`.
        PanicError: a row has no time there.
    """
    times = [index for index, key in enumerate(selection.columns) if key == "time"]
    names = enumerate(selection.columns[1:])
    unsigned = {selection.columns[1 + index] for index in selection.unsigned}
    columns = [(index, key) for index, key in names if index not in selection.tags]
    for (measurement, tags), time, values in selection.rows:
        if not times:
            raise StatementError("error finding time index in result")
        if times[-1] > 0:
            index = times[-1] - 1
            found = _GO_TYPES.get(type(values[index]), "nil")
            kind = "uint64" if index in selection.unsigned and found == "int64" else found
            raise PanicError(f"interface conversion: interface {{}} is {kind}, not time.Time")
        fields = {key: values[index] for index, key in columns if values[index] is not None}
        for key in unsigned & fields.keys():
            if fields[key].__class__ is int:
                fields[key] = Unsigned(fields[key])
        if fields:
            set_tags = {key: value for key, value in tags if value}
            yield DataPoint(name or measurement, set_tags, fields, time)
