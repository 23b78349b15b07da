"""The table of InfluxQL functions: their kinds, parameters and result types.

The builder, the validation and the fake server use this table.

Source: https://docs.influxdata.com/influxdb/v1/query_language/functions/
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Literal

__all__ = [
    "FUNCTIONS",
    "MATH",
    "SELECTORS",
    "Accepts",
    "Function",
    "Kind",
    "Parameter",
    "arity_issue",
    "available_functions",
]

Accepts = Literal["field", "nested", "tags", "integer", "number", "duration", "word", "value"]
"""The kinds of arguments.

``field`` is a field, a wildcard or a regex over fields; ``nested`` is one of these or a call of an
aggregate; ``tags`` is any number of tags or fields; ``word`` is one of the parameter's `words` as a
string; ``value`` is any expression over fields.
"""


class Kind(Enum):
    """The kind of a function; it determines which fields a query can select beside the call."""

    AGGREGATE = "many points to one"
    SELECTOR = "some of the points, as they are"
    TRANSFORMATION = "a value for each point, from it and those before"
    MATH = "a value for each point, from it alone"
    PREDICTOR = "points to come"
    ANALYSIS = "an indicator over a moving window"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function.

    Attributes:
        name: The name in the documentation.
        accepts: The kind of argument; see `Accepts`.
        required: Whether the argument is required.
        least: The smallest number allowed; None for no limit.
        default: A number below `least` that is allowed too, and means what no argument means.
        words: The texts that are allowed.
        type_error: The server's error for an argument of another type; ``{function}`` is the
            function, and ``{got}`` is the argument's Go type.
        range_error: The server's error for a number below `least`, or for another word; ``{got}``
            is the number.
    """

    name: str
    accepts: Accepts
    required: bool = True
    least: int | None = None
    type_error: str = ""
    range_error: str = ""
    default: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """One InfluxQL function.

    Attributes:
        name: The name, in lower case.
        kind: The kind of function; see `Kind`.
        parameters: The parameters, in order.
        summary: The result, described in one line.
        example: A query that calls the function.
        gives: The type of the result; ``same`` means the type of the field.
        types: The types of fields that it takes; empty means all types.
        since: The first version of InfluxDB with the function; empty means 1.3 or earlier.
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
        """The smallest number of arguments."""
        return sum(parameter.required for parameter in self.parameters)

    @property
    def most(self) -> int | None:
        """The largest number of arguments; None means no limit."""
        if any(parameter.accepts == "tags" for parameter in self.parameters):
            return None
        return len(self.parameters)

    @property
    def is_selector(self) -> bool:
        """Whether it is a selector, which allows other fields beside it."""
        return self.kind is Kind.SELECTOR

    @property
    def is_ranking(self) -> bool:
        """Whether it is top() or bottom(): these take tags, and allow no other call beside them."""
        return self.most is None

    @property
    def signature(self) -> str:
        """The signature, as in ``percentile(field, n)``; optional arguments are in brackets."""
        words = (
            parameter.name if parameter.required else f"[{parameter.name}]"
            for parameter in self.parameters
        )
        return f"{self.name}({', '.join(words)})"


def arity_issue(function: Function, given: int) -> str:
    """Return the server's error for a wrong number of arguments; empty if the number is right."""
    least, most = function.least, function.most
    if given >= least and (most is None or given <= most):
        return ""
    if function.name == "distinct":
        few = "requires at least one argument"
        return f"distinct function {few if given < least else 'can only have one argument'}"
    if most is None:
        expected = f"at least {least}"
    elif least == most:
        expected = str(least)
    else:
        expected = f"at least {least} but no more than {most}"
    return f"invalid number of arguments for {function.name}, expected {expected}, got {given}"


_WHICH_DURATION: Final = "second argument to {function} must be a duration, got {got}"
_POSITIVE: Final = "duration argument must be positive, got {got}"
_WINDOW: Final = "{function} window must be greater than 1, got {got}"

_FIELD: Final = Parameter("field", "field")
_NESTED: Final = Parameter("field", "nested")
_VALUE: Final = Parameter("value", "value")
_UNIT: Final = Parameter("unit", "duration", False, 1, _WHICH_DURATION, _POSITIVE)
_AREA_UNIT: Final = replace(_UNIT, type_error="second argument must be a duration")
_TAGS: Final = Parameter(
    "tags...",
    "tags",
    False,
    type_error="only fields or tags are allowed in {function}(), found {got}",
)
_COUNT: Final = Parameter(
    "n",
    "integer",
    True,
    1,
    "expected integer as last argument in {function}(), found {got}",
    "limit ({got}) in {function} function must be at least 1",
)
_SIZE: Final = replace(
    _COUNT,
    type_error="expected integer argument in {function}()",
    range_error="sample window must be greater than 1, got {got}",
)
_PERIOD: Final = Parameter(
    "period",
    "integer",
    True,
    1,
    "{function} period must be an integer",
    "{function} period must be greater than or equal to 1",
)
_HOLD: Final = Parameter(
    "hold_period",
    "integer",
    False,
    0,
    "{function} hold period must be an integer",
    "{function} hold period must be greater than or equal to 0",
    default=-1,
)
_HOLD_ONE: Final = replace(
    _HOLD,
    least=1,
    range_error="{function} hold period must be greater than or equal to 1",
)
_WARM_UP: Final = Parameter(
    "warmup_type",
    "word",
    False,
    type_error="{function} warmup type must be a string",
    range_error="{function} warmup type must be one of: 'exponential' 'simple'",
    words=("exponential", "simple"),
)
_WARM_UP_OR_NONE: Final = replace(
    _WARM_UP,
    range_error="{function} warmup type must be one of: 'none' 'exponential' 'simple'",
    words=("none", "exponential", "simple"),
)
_SPANS: Final = (_HOLD, _WARM_UP)
_ANY: Final = ()
_NOT_TEXT: Final = ("float", "integer", "unsigned", "boolean")


def _aggregate(name: str, summary: str, *more: Parameter) -> Function:
    example = f"SELECT {name}(usage) FROM cpu WHERE time > now() - 1h GROUP BY time(5m)"  # noqa: S608
    return Function(name, Kind.AGGREGATE, (_FIELD, *more), summary, example)


def _selector(name: str, summary: str, *more: Parameter, arguments: str = "usage") -> Function:
    example = f"SELECT {name}({arguments}) FROM cpu GROUP BY host"  # noqa: S608
    parameters = (_FIELD, *more)
    return Function(name, Kind.SELECTOR, parameters, summary, example, "same")


def _transformation(
    name: str, summary: str, *more: Parameter, arguments: str = "usage"
) -> Function:
    example = f"SELECT {name}({arguments}) FROM cpu WHERE host = 'a'"  # noqa: S608
    return Function(name, Kind.TRANSFORMATION, (_NESTED, *more), summary, example)


def _math(name: str, summary: str, *more: Parameter, arguments: str = "usage") -> Function:
    example = f"SELECT {name}({arguments}) FROM cpu WHERE host = 'a'"  # noqa: S608
    return Function(name, Kind.MATH, (_VALUE, *more), summary, example, since="1.6")


def _predictor(name: str, summary: str) -> Function:
    example = (
        f"SELECT {name}(mean(usage), 3, 4) FROM cpu "  # noqa: S608
        "WHERE time > now() - 1h GROUP BY time(5m)"
    )
    count = Parameter(
        "n",
        "integer",
        True,
        1,
        "expected integer argument as second arg in {function}",
        "second arg to {function} must be greater than 0, got {got}",
    )
    season = Parameter(
        "season",
        "integer",
        True,
        0,
        "expected integer argument as third arg in {function}",
        "third arg to {function} cannot be negative, got {got}",
    )
    return Function(name, Kind.PREDICTOR, (_NESTED, count, season), summary, example)


def _analysis(name: str, summary: str, *more: Parameter) -> Function:
    example = f"SELECT {name}(usage, 3) FROM cpu WHERE host = 'a'"  # noqa: S608
    return Function(name, Kind.ANALYSIS, (_NESTED, _PERIOD, *more), summary, example, since="1.6")


_TABLE: Final = (
    replace(_aggregate("count", "The number of values"), gives="integer", types=_ANY),
    replace(_aggregate("distinct", "The distinct values"), gives="same", types=_ANY),
    _aggregate("integral", "The area under the values, per time unit", _AREA_UNIT),
    _aggregate("mean", "The average"),
    _aggregate("median", "The value in the middle"),
    replace(_aggregate("mode", "The most frequent value"), gives="same", types=_ANY),
    replace(
        _aggregate("spread", "The difference between the largest and the smallest value"),
        gives="same",
    ),
    _aggregate("stddev", "The standard deviation of a sample"),
    replace(_aggregate("sum", "The sum"), gives="same"),
    _selector("bottom", "The smallest n values", _TAGS, _COUNT, arguments="usage, 3"),
    replace(_selector("first", "The oldest value"), types=_ANY),
    replace(_selector("last", "The newest value"), types=_ANY),
    replace(_selector("max", "The largest value"), types=_NOT_TEXT),
    replace(_selector("min", "The smallest value"), types=_NOT_TEXT),
    _selector(
        "percentile",
        "The value below which n percent of the values are",
        Parameter("n", "number", type_error="expected float argument in {function}()"),
        arguments="usage, 95",
    ),
    replace(_selector("sample", "n random values", _SIZE, arguments="usage, 3"), types=_ANY),
    _selector("top", "The largest n values", _TAGS, _COUNT, arguments="usage, 3"),
    replace(_transformation("cumulative_sum", "The running total"), gives="same"),
    _transformation("derivative", "The change per time unit", _UNIT, arguments="usage, 1m"),
    replace(_transformation("difference", "The change since the previous point"), gives="same"),
    replace(
        _transformation(
            "elapsed", "The time since the previous point", _UNIT, arguments="usage, 1s"
        ),
        gives="integer",
        types=_ANY,
    ),
    _transformation(
        "moving_average",
        "The average of the last n points",
        Parameter(
            "n",
            "integer",
            True,
            2,
            "second argument for {function} must be an integer, got {got}",
            _WINDOW,
        ),
        arguments="usage, 3",
    ),
    _transformation(
        "non_negative_derivative",
        "The change per time unit, if it isn't negative",
        _UNIT,
        arguments="usage, 1m",
    ),
    replace(
        _transformation("non_negative_difference", "The change, if it isn't negative"),
        gives="same",
    ),
    replace(_math("abs", "The absolute value"), gives="same"),
    _math("acos", "The arc cosine, in radians"),
    _math("asin", "The arc sine, in radians"),
    _math("atan", "The arc tangent, in radians"),
    _math(
        "atan2", "The arc tangent of y/x, in radians", Parameter("x", "value"), arguments="usage, 2"
    ),
    replace(_math("ceil", "The value rounded up to a whole number"), gives="same"),
    _math("cos", "The cosine of a value in radians"),
    _math("exp", "e to the power of the value"),
    replace(_math("floor", "The value rounded down to a whole number"), gives="same"),
    _math("ln", "The natural logarithm"),
    _math("log", "The logarithm to a base", Parameter("base", "value"), arguments="usage, 4"),
    _math("log10", "The logarithm to base 10"),
    _math("log2", "The logarithm to base 2"),
    _math(
        "pow", "The value raised to a power", Parameter("exponent", "value"), arguments="usage, 2"
    ),
    replace(_math("round", "The nearest whole number"), gives="same"),
    _math("sin", "The sine of a value in radians"),
    _math("sqrt", "The square root"),
    _math("tan", "The tangent of a value in radians"),
    _predictor("holt_winters", "A forecast of n points, by the Holt-Winters method"),
    _predictor("holt_winters_with_fit", "The fitted points, followed by a forecast of n points"),
    _analysis(
        "chande_momentum_oscillator", "Chande's momentum oscillator", _HOLD, _WARM_UP_OR_NONE
    ),
    _analysis(
        "double_exponential_moving_average", "The double exponential moving average", *_SPANS
    ),
    _analysis("exponential_moving_average", "The exponential moving average", *_SPANS),
    _analysis("kaufmans_adaptive_moving_average", "Kaufman's adaptive moving average", _HOLD),
    _analysis("kaufmans_efficiency_ratio", "Kaufman's efficiency ratio", _HOLD),
    _analysis("relative_strength_index", "The relative strength index", *_SPANS),
    _analysis(
        "triple_exponential_derivative", "The triple exponential derivative", _HOLD_ONE, _WARM_UP
    ),
    _analysis(
        "triple_exponential_moving_average",
        "The triple exponential moving average",
        _HOLD,
        _WARM_UP,
    ),
)

FUNCTIONS: Final = {function.name: function for function in _TABLE}
"""All functions of SELECT, by name."""

SELECTORS: Final = frozenset(each.name for each in _TABLE if each.is_selector)
"""The names of the selectors."""

MATH: Final = frozenset(each.name for each in _TABLE if each.kind is Kind.MATH)
"""The names of the mathematical functions, which are also allowed in WHERE."""


def available_functions(version: str) -> dict[str, Function]:
    """Return the functions of a version of InfluxDB, such as ``1.6``, by name."""
    wanted = _parts(version)
    return {name: each for name, each in FUNCTIONS.items() if _parts(each.since or "0") <= wanted}


def _parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")[:2]))
