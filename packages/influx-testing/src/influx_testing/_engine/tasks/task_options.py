"""Reads and changes `option task = {name: ..., every: ...}` in the Flux of a task.

Source: https://docs.influxdata.com/influxdb/v2/process-data/task-options/
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from influx_flux import File, FluxSyntaxError, format_tree, literal, parse
from influx_flux.nodes import (
    DurationLiteral,
    Expression,
    ObjectExpression,
    OptionStatement,
    Property,
    StringLiteral,
    UnaryExpression,
    VariableAssignment,
)
from influx_testing._engine.tasks.cron_schedule import CronError, CronSchedule
from influx_testing.errors import StatementError

__all__ = ["TaskOptions", "change_options", "duration_ns", "read_options"]

_UNITS_NS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60 * 1_000_000_000,
    "h": 3_600 * 1_000_000_000,
    "d": 86_400 * 1_000_000_000,
    "w": 7 * 86_400 * 1_000_000_000,
}


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """The options of a task; empty texts are options that are not set.

    Attributes:
        name: its name.
        every: the interval between runs, as a duration of Flux.
        cron: the schedule in the format of cron.
        offset: the delay of each run, as a duration of Flux.
    """

    name: str
    every: str = ""
    cron: str = ""
    offset: str = ""


def read_options(flux: str) -> TaskOptions:
    """Read the options of a task.

    Raises:
        StatementError: the text is not Flux, or lacks options or has wrong ones.
    """
    texts = _texts(_record(_parsed(flux)))
    if not texts.get("name"):
        raise StatementError("missing required option: 'name'")
    options = TaskOptions(**texts)
    if options.every and options.cron:
        raise StatementError("cannot use both cron and every in task options")
    if not options.every and not options.cron:
        raise StatementError("cron or every is required")
    if options.every and duration_ns(options.every) < 1_000_000_000:
        raise StatementError("option 'every' must be at least one second")
    try:
        CronSchedule.read(options.cron or "@daily")
    except CronError as error:
        raise StatementError(f"cron invalid: {error}") from error
    return options


_NAMES = ("name", "every", "cron", "offset")


def _parsed(flux: str) -> File:
    try:
        return parse(flux)
    except FluxSyntaxError as error:
        raise StatementError(f"failed to parse Flux script: {error}") from error


def _is_task(statement: object) -> bool:
    return (
        isinstance(statement, OptionStatement)
        and isinstance(statement.assignment, VariableAssignment)
        and statement.assignment.id.name == "task"
    )


def _record(file: File) -> ObjectExpression:
    """The record of the options."""
    for statement in filter(_is_task, file.body):
        assert isinstance(statement, OptionStatement)
        value = statement.assignment.init
        if not isinstance(value, ObjectExpression):
            raise StatementError("option 'task' must be a record")
        return value
    raise StatementError("no task options defined")


def _texts(record: ObjectExpression) -> dict[str, str]:
    """The options of a record that the API reports, as text."""
    return {
        name: _text(name, each.value)
        for each in record.properties
        if (name := _key(each.key)) in _NAMES and each.value is not None
    }


def _key(key: object) -> str:
    if isinstance(key, StringLiteral):
        return key.value
    return str(getattr(key, "name", ""))


def _text(name: str, value: Expression) -> str:
    """The value of an option as text."""
    if name in {"name", "cron"}:
        if not isinstance(value, StringLiteral):
            raise StatementError(f"option '{name}' must be a string")
        return value.value
    sign = "-" if isinstance(value, UnaryExpression) else ""
    inner = value.argument if isinstance(value, UnaryExpression) else value
    if not isinstance(inner, DurationLiteral):
        raise StatementError(f"option '{name}' must be a duration")
    return sign + "".join(f"{part.magnitude}{part.unit}" for part in inner.values)


def change_options(flux: str, changes: dict[str, str]) -> str:
    """Return the Flux of a task with other options; the text is formatted if it changes.

    Args:
        flux: the Flux.
        changes: the new options by name; an empty text removes one. `every` and `cron` replace
            each other.

    Raises:
        StatementError: the result has wrong options.
    """
    file = _parsed(flux)
    record = _record(file)
    new = {name: text for name, text in changes.items() if _texts(record).get(name, "") != text}
    if not new:
        return flux
    gone = {"every": "cron", "cron": "every"}
    dropped = {*new, *(gone[name] for name, text in new.items() if text and name in gone)}
    kept = [each for each in record.properties if _key(each.key) not in dropped]
    added = [_property(name, text) for name, text in new.items() if text]
    order = {name: place for place, name in enumerate(_NAMES)}
    properties = sorted([*kept, *added], key=lambda each: order.get(_key(each.key), len(order)))
    (statement,) = _parsed("option task = {}").body
    assert isinstance(statement, OptionStatement)
    record = replace(record, properties=tuple(properties))
    statement = replace(statement, assignment=replace(statement.assignment, init=record))
    body = tuple(statement if _is_task(each) else each for each in file.body)
    return format_tree(replace(file, body=body))


def _property(name: str, text: str) -> Property:
    """A property of the record of the options."""
    value = literal(text) if name in {"name", "cron"} else text
    (added,) = _record(_parsed(f"option task = {{{name}: {value}}}")).properties
    return added


def duration_ns(text: str) -> int:
    """The nanoseconds of a duration of Flux.

    Raises:
        StatementError: it is not a duration, or has calendar months, which have no fixed length.
    """
    try:
        (statement,) = parse(f"x = {text.lstrip('-')}").body
    except (FluxSyntaxError, ValueError) as error:
        raise StatementError(f"invalid duration: {text}") from error
    value = statement.init if isinstance(statement, VariableAssignment) else None
    if not isinstance(value, DurationLiteral):
        raise StatementError(f"invalid duration: {text}")
    total = 0
    for part in value.values:
        if part.unit not in _UNITS_NS:
            raise StatementError(f"a duration of a task cannot have the unit {part.unit}")
        total += part.magnitude * _UNITS_NS[part.unit]
    return -total if text.startswith("-") else total
