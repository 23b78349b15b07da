"""The mathematical functions of SELECT, bit by bit: thousands of values on both servers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

pytestmark = pytest.mark.slow

Values = list[float]
Make = Callable[[random.Random], float]

COUNT = 1_000
START = 1_577_836_800


def _spread(low: float, high: float) -> Make:
    """Draw numbers of any size and sign, evenly over their exponents."""
    exponents = math.log(low), math.log(high)
    return lambda chance: chance.choice((-1, 1)) * math.exp(chance.uniform(*exponents))


def _even(low: float, high: float) -> Make:
    return lambda chance: chance.uniform(low, high)


def _near_zero_of_sine(chance: random.Random) -> float:
    return float(round(chance.randrange(2**30, 2**53) * math.pi / 4))


def _near_one(chance: random.Random) -> float:
    return 1 - math.exp(chance.uniform(-36, 0))


RANGES: dict[str, list[Make]] = {
    "exp": [_even(-746, 710), _even(-3, 3), _spread(1e-300, 1)],
    "ln": [lambda chance: abs(_spread(1e-320, 1e308)(chance)), _even(0.4, 2.5)],
    "sin": [_even(-10, 10), _spread(1e-320, 1e12), _spread(1e8, 1e300), _near_zero_of_sine],
    "asin": [_even(-1, 1), _spread(1e-320, 1), _near_one],
    "abs": [_even(-5, 5), _spread(1e-12, 1e20)],
}
SIMILAR = {
    "exp": ["exp"],
    "ln": ["ln", "log2", "log10", "sqrt"],
    "sin": ["sin", "cos", "tan", "atan"],
    "asin": ["asin", "acos"],
    "abs": ["abs", "ceil", "floor", "round"],
}
SPECIAL = {
    "exp": [709.0, 709.436, 709.5, 709.7827, 1e300, -745.1, -745.2, -1e300],
    "ln": [*(2.0**k for k in range(-1074, 1024, 7)), *(10.0**k for k in range(-320, 309))],
    "sin": [0.0, -0.0, 2.0**29, -(2.0**29), *(k * math.pi / 4 for k in range(-40, 40))],
    "asin": [0.0, -0.0, 1.0, -1.0, 0.7, -0.7, 1.5],
    "abs": [0.49999999999999994, 4503599627370497.5, -0.0, 2.5, -2.5, -0.5],
}
PAIRS: dict[str, list[tuple[Make, Make]]] = {
    "atan2": [(_spread(1e-12, 1e12), _spread(1e-12, 1e12)), (_even(-5, 5), _even(-5, 5))],
    "pow": [
        (_even(0, 20), _even(-20, 20)),
        (_spread(1e-300, 1e300), _even(-20, 20)),
        (_even(-50, 50), lambda chance: float(chance.randrange(-200, 200))),
        (_even(0.9, 1.1), _even(-5000, 5000)),
        (_spread(1e-3, 1e3), lambda chance: chance.choice((0.5, -0.5, 2.0))),
    ],
}


def _floats(value: Any) -> Any:
    """A value as comparable text: NaN is equal to NaN, and the sign of zero counts."""
    return value.hex() if isinstance(value, float) else value


def _points(chance: random.Random) -> Iterator[str]:
    for name, makes in RANGES.items():
        values = [make(chance) for make in makes for _ in range(COUNT)] + SPECIAL[name]
        for second, value in enumerate(values):
            yield f"{name} f={value!r} {START + second}"
    for name, pairs in PAIRS.items():
        for second in range(COUNT * len(pairs)):
            x, y = pairs[second % len(pairs)]
            yield f"{name} f={x(chance)!r},g={y(chance)!r} {START + second}"


@pytest.fixture(scope="module")
def both(alike: Callable[[Callable[[Any], Any]], None]) -> Callable[[str], None]:
    """Write the values to both servers; the result compares what they answer, bit by bit."""
    points = list(_points(random.Random(7)))

    def write(server: Any) -> int:
        return int(server.write("\n".join(points)).status)

    alike(write)

    def column(server: Any, text: str) -> list[Any]:
        path = "/query?db=DB&epoch=ns&q=" + text.replace(" ", "%20").replace("+", "%2B")
        body = server.ask("GET", path, Accept="application/x-msgpack").body
        [series] = msgspec.msgpack.decode(body)["results"][0]["series"]
        return [_floats(value) for _, value in series["values"]]

    return lambda text: alike(lambda server: column(server, text))


@pytest.mark.parametrize(
    ("name", "measurement"),
    [(name, measurement) for measurement, names in SIMILAR.items() for name in names],
)
def test_a_function_of_one_argument_has_the_same_bits(
    both: Callable[[str], None], name: str, measurement: str
) -> None:
    both(f"SELECT {name}(f) FROM {measurement}")


@pytest.mark.parametrize("name", list(PAIRS))
def test_a_function_of_two_arguments_has_the_same_bits(
    both: Callable[[str], None], name: str
) -> None:
    both(f"SELECT {name}(f, g) FROM {name}")


@pytest.mark.parametrize("base", ["2", "10", "0.5", "7.3"])
def test_logarithms_to_any_base_have_the_same_bits(both: Callable[[str], None], base: str) -> None:
    both(f"SELECT log(f, {base}) FROM ln")


@pytest.mark.parametrize(
    "call",
    [
        "stddev(f)",
        "mean(f)",
        "sum(f)",
        "spread(f)",
        "integral(f)",
        "median(f)",
        "percentile(f, 90)",
    ],
)
@pytest.mark.parametrize("width", ["7s", "100s", "1h"])
def test_aggregates_of_many_values_have_the_same_bits(
    both: Callable[[str], None], call: str, width: str
) -> None:
    both(f"SELECT {call} FROM asin WHERE time < {START + 3000}s GROUP BY time({width})")


@pytest.mark.parametrize(
    "call",
    ["derivative(f, 7s)", "moving_average(f, 9)", "cumulative_sum(f)", "difference(f)"],
)
def test_transformations_of_many_values_have_the_same_bits(
    both: Callable[[str], None], call: str
) -> None:
    both(f"SELECT {call} FROM asin")
