"""The arguments that say what is copied, and how types and names are treated."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import cast

from influx_copy import LOSSES, CopyOptions, Loss, Selection
from influx_core.timestamps import MAX_NS, MIN_NS, to_ns
from influx_shell._cli.exit_codes import UsageError

__all__ = [
    "add_loss_argument",
    "add_point_arguments",
    "add_selection_arguments",
    "copy_options",
    "selection_of",
]

_YEAR = re.compile("(16|17|18|19|20|21|22)[0-9][0-9]")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WITHOUT_ZONE = re.compile(f"{_DATE.pattern}[Tt][0-9:.]+")
_NUMBER = re.compile("-?[0-9]+")


def add_selection_arguments(parser: ArgumentParser) -> None:
    """Add `--database`, `--policy` and `--map`, and those of `add_point_arguments`."""
    group = parser.add_argument_group("databases")
    for name, what in (("database", "a database"), ("policy", "a retention policy")):
        group.add_argument(
            f"--{name}", action="append", metavar="NAME", help=f"{what}; all by default"
        )
    group.add_argument(
        "--map",
        action="append",
        metavar="FROM=TO",
        help="another database or bucket: telegraf/week=metrics",
    )
    add_point_arguments(parser)


def add_point_arguments(parser: ArgumentParser) -> None:
    """Add `--measurement`, `--start`, `--stop`, `--tag`, `--types` and `--shared-names`."""
    group = parser.add_argument_group("points")
    group.add_argument(
        "--measurement", action="append", metavar="NAME", help="a measurement; all by default"
    )
    group.add_argument(
        "--start",
        metavar="TIME",
        help="the first time: 2024-01-31T12:00:00Z, 2024-01-31, or nanoseconds since 1970",
    )
    group.add_argument("--stop", metavar="TIME", help="the time after the last one")
    group.add_argument(
        "--tag", action="append", metavar="KEY=VALUE", help="only points with this tag"
    )
    group.add_argument(
        "--types",
        choices=("refuse", "keep", "cast", "split"),
        default="refuse",
        help="for fields of several types; refuse by default",
    )
    group.add_argument(
        "--shared-names",
        choices=("keep", "rename"),
        default="keep",
        help="for fields with the name of a tag, which InfluxDB 3 cannot store",
    )


def add_loss_argument(parser: ArgumentParser) -> None:
    """Add `--accept`."""
    parser.add_argument(
        "--accept",
        type=_losses,
        default=(),
        metavar="LOSS,...",
        help=f"what the sink may lose: {', '.join(LOSSES)}; nothing by default",
    )


def _losses(text: str) -> tuple[Loss, ...]:
    words = text.split(",")
    if unknown := [word for word in words if word not in LOSSES]:
        raise ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(LOSSES)}")
    return tuple(cast(Loss, word) for word in sorted(set(words)))


def selection_of(options: Namespace) -> Selection:
    """Return what is selected.

    Raises:
        UsageError: a time or a tag is invalid.
    """
    start = _time("--start", options.start, MIN_NS)
    stop = _time("--stop", options.stop, MAX_NS + 1)
    if start >= stop:
        raise UsageError("--start has to be before --stop: no point is between them")
    return Selection(
        databases=tuple(getattr(options, "database", None) or ()),
        policies=tuple(getattr(options, "policy", None) or ()),
        measurements=tuple(options.measurement or ()),
        start=start,
        stop=stop,
        tags=dict(_pair("--tag", text) for text in options.tag or ()),
    )


def copy_options(options: Namespace) -> CopyOptions:
    """Return how types and names are treated.

    Raises:
        UsageError: a mapping is invalid.
    """
    mapping = dict(_pair("--map", text) for text in getattr(options, "map", None) or ())
    return CopyOptions(
        types=options.types,
        shared_names=options.shared_names,
        mapping=mapping,
        accept=getattr(options, "accept", ()),
    )


def _time(name: str, text: str | None, default: int) -> int:
    if text is None:
        return default
    if _YEAR.fullmatch(text):
        raise UsageError(
            f"{name}: numbers are nanoseconds since 1970; the year {text} begins at {text}-01-01"
        )
    if _WITHOUT_ZONE.fullmatch(text):
        raise UsageError(f"{name}: {text!r} has no time zone; in UTC it is {text}Z")
    try:
        if _NUMBER.fullmatch(text):
            return to_ns(int(text))
        return to_ns(f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None


def _pair(name: str, text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise UsageError(f"{name} takes KEY=VALUE, not {text!r}")
    return key, value
