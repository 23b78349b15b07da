"""The functions of InfluxQL: a table of what each is, takes and gives; nothing is done with it here.

Source: https://docs.influxdata.com/influxdb/v1/query_language/functions/
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

Accepts = Literal["field", "fields", "tags", "integer", "number", "duration", "value"]


class Kind(Enum):
    """What a function does with points, which decides what it can stand beside."""

    AGGREGATE = "many points to one"
    SELECTOR = "one or some of the points"
    TRANSFORMATION = "a value for each point, from it and those before"
    MATH = "a value for each point, from it alone"
    PREDICTOR = "points to come"
    ANALYSIS = "a technical indicator over a moving window"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function.

    Attributes:
        name: What the documentation calls it.
        accepts: ``field`` is a field, a wildcard or a regex over fields; ``fields`` is that or,
            for functions over aggregates, another call; ``tags`` is any number of tags or fields;
            ``value`` is any expression over fields.
        required: Whether it has to be given.
        least: The smallest number it can be, for numbers.
    """

    name: str
    accepts: Accepts
    required: bool = True
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    Attributes:
        name: Its name, in lower case.
        kind: What it does with points.
        parameters: Its arguments, in order.
        summary: What it gives, in one line.
        example: A query that uses it.
        gives: The type of its result; ``same`` is the type of its field.
        types: The types of fields it takes; empty is all.
        since: The version of InfluxDB that has it first, if that is not an old one.
    """

    name: str
    kind: Kind
    parameters: tuple[Parameter, ...]
    summary: str
    example: str
    gives: Literal["float", "integer", "same"] = "float"
    types: tuple[str, ...] = ("float", "integer", "unsigned")
    since: str = ""

    @property
    def least(self) -> int:
        """How many arguments it needs."""
        return sum(parameter.required for parameter in self.parameters)

    @property
    def most(self) -> int | None:
        """How many arguments it takes; None is any number."""
        if any(parameter.accepts == "tags" for parameter in self.parameters):
            return None
        return len(self.parameters)

    @property
    def signature(self) -> str:
        """Its call as documentation writes it: ``percentile(field, n)``."""
        words = (
            parameter.name if parameter.required else f"[{parameter.name}]"
            for parameter in self.parameters
        )
        return f"{self.name}({', '.join(words)})"


_FIELD: Final = Parameter("field", "field")
_OVER: Final = Parameter("field", "fields")
_VALUE: Final = Parameter("value", "value")
_UNIT: Final = Parameter("unit", "duration", required=False)
_ANY: Final = ()
_ORDERED: Final = ("float", "integer", "unsigned", "boolean")
"""Types that first, last, min and max of booleans allow besides the numbers."""


def _aggregate(name: str, summary: str, **more: object) -> Function:
    example = f"SELECT {name}(usage) FROM cpu WHERE time > now() - 1h GROUP BY time(5m)"
    return Function(name, Kind.AGGREGATE, (_FIELD,), summary, example, **more)  # type: ignore[arg-type]


def _math(name: str, summary: str, **more: object) -> Function:
    example = f"SELECT {name}(usage) FROM cpu"
    return Function(name, Kind.MATH, (_VALUE,), summary, example, **more)  # type: ignore[arg-type]
