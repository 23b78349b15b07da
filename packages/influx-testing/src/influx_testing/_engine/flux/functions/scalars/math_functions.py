"""Package math."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from influx_core import Unsigned
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value
from influx_testing._engine.flux.values.flux_types import MAX_INT, MIN_INT
from influx_testing._go import exponentials, floats, trigonometry
from influx_testing._go.bessel import bessel_j, bessel_y

__all__: list[str] = []

_CONSTANTS: dict[str, Any] = {
    "e": math.e,
    "ln10": math.log(10),
    "ln2": math.log(2),
    "log10e": 1 / math.log(10),
    "log2e": 1 / math.log(2),
    "maxfloat": float.fromhex("0x1.fffffffffffffp+1023"),
    "maxint": MAX_INT,
    "maxuint": Unsigned(2**64 - 1),
    "minint": MIN_INT,
    "phi": (1 + math.sqrt(5)) / 2,
    "pi": math.pi,
    "smallestNonzeroFloat": 5e-324,
    "sqrt2": math.sqrt(2),
    "sqrte": 1.6487212707001282,
    "sqrtphi": 1.272019649514069,
    "sqrtpi": math.sqrt(math.pi),
}

for _name, _value in _CONSTANTS.items():
    flux_value("math", _name, _value)

_ONE_ARGUMENT: dict[str, Callable[[float], Any]] = {
    "abs": abs,
    "acos": trigonometry.acos,
    "acosh": floats.guarded(math.acosh),
    "asin": trigonometry.asin,
    "asinh": math.asinh,
    "atan": trigonometry.atan,
    "atanh": floats.atanh,
    "cbrt": floats.cbrt,
    "ceil": floats.ceil,
    "cos": trigonometry.cos,
    "cosh": floats.guarded(math.cosh),
    "erf": math.erf,
    "erfc": math.erfc,
    "erfcinv": floats.erfcinv,
    "erfinv": floats.erfinv,
    "exp": exponentials.exp,
    "exp2": floats.guarded(math.exp2),
    "expm1": floats.guarded(math.expm1),
    "floor": floats.floor,
    "gamma": floats.gamma,
    "ilogb": floats.ilogb,
    "j0": lambda x: bessel_j(0, x),
    "j1": lambda x: bessel_j(1, x),
    "log": exponentials.log,
    "log10": exponentials.log10,
    "log1p": floats.log1p,
    "log2": exponentials.log2,
    "logb": floats.logb,
    "round": floats.round_half_away,
    "roundtoeven": floats.round_half_even,
    "signbit": lambda x: math.copysign(1, x) < 0,
    "sin": trigonometry.sin,
    "sinh": floats.sinh,
    "sqrt": floats.guarded(math.sqrt),
    "tan": trigonometry.tan,
    "tanh": math.tanh,
    "trunc": floats.trunc,
    "y0": lambda x: bessel_y(0, x),
    "y1": lambda x: bessel_y(1, x),
}


def _register_one(name: str, function: Callable[[float], Any]) -> None:
    @flux_function("math", name)
    def run(x: float) -> Any:
        return function(x)


_TWO_ARGUMENTS: dict[str, Callable[[float, float], float]] = {
    "atan2": trigonometry.atan2,
    "copysign": math.copysign,
    "dim": floats.dim,
    "mMax": floats.maximum,
    "mMin": floats.minimum,
    "mod": floats.guarded(math.fmod),
    "nextafter": math.nextafter,
    "pow": exponentials.power,
    "remainder": floats.remainder,
}


def _register_two(name: str, function: Callable[[float, float], float]) -> None:
    @flux_function("math", name)
    def run(x: float, y: float) -> float:
        return function(x, y)


for _name, _function in _ONE_ARGUMENT.items():
    _register_one(_name, _function)
for _name, _pair in _TWO_ARGUMENTS.items():
    _register_two(_name, _pair)


@flux_function("math", "NaN")
def nan() -> float:
    """Return not-a-number."""
    return math.nan


@flux_function("math", "mInf")
def infinity(sign: int) -> float:
    """Return the infinity of a sign."""
    return math.inf if sign >= 0 else -math.inf


@flux_function("math", "isNaN")
def is_nan(f: float) -> bool:
    """Whether a number is not-a-number."""
    return math.isnan(f)


@flux_function("math", "isInf")
def is_inf(f: float, sign: int) -> bool:
    """Whether a number is the infinity of a sign; 0 is any."""
    return math.isinf(f) and (sign == 0 or (f > 0) == (sign > 0))


@flux_function("math", "hypot")
def hypot(p: float, q: float) -> float:
    """Return the length of a hypotenuse."""
    return math.hypot(p, q)


@flux_function("math", "pow10")
def pow10(n: int) -> float:
    """Return a power of ten."""
    return floats.power_of_10(n)


@flux_function("math", "float64bits")
def float64bits(f: float) -> Unsigned:
    """Return the IEEE 754 representation."""
    return Unsigned(floats.to_bits(f))


@flux_function("math", "float64frombits")
def float64frombits(b: Unsigned) -> float:
    """Return the number of an IEEE 754 representation."""
    return floats.from_bits(b)


@flux_function("math", "frexp")
def frexp(f: float) -> dict[str, Any]:
    """Return a fraction and an exponent of two."""
    fraction, exponent = math.frexp(f)
    return {"frac": fraction, "exp": exponent}


@flux_function("math", "ldexp")
def ldexp(frac: float, exp: int) -> float:
    """Return the number of a fraction and an exponent of two."""
    return floats.ldexp(frac, exp)


@flux_function("math", "modf")
def modf(f: float) -> dict[str, float]:
    """Return the integer part and the fraction."""
    whole, fraction = floats.modf(f)
    return {"int": whole, "frac": fraction}


@flux_function("math", "lgamma")
def lgamma(x: float) -> dict[str, Any]:
    """Return the logarithm of the gamma function, and its sign."""
    logarithm, sign = floats.lgamma(x)
    return {"lgamma": logarithm, "sign": sign}


@flux_function("math", "sincos")
def sincos(x: float) -> dict[str, float]:
    """Return sine and cosine."""
    return {"sin": trigonometry.sin(x), "cos": trigonometry.cos(x)}


def _bessel(function: Callable[[int, float], float], n: int, x: float) -> float:
    try:
        return function(n, x)
    except OverflowError as error:
        raise FluxError(str(error)) from None


@flux_function("math", "jn")
def jn(n: int, x: float) -> float:
    """Return the Bessel function of the first kind of an order."""
    return _bessel(bessel_j, n, x)


@flux_function("math", "yn")
def yn(n: int, x: float) -> float:
    """Return the Bessel function of the second kind of an order."""
    return _bessel(bessel_y, n, x)
