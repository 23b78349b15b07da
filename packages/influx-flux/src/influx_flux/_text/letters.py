"""The letters that are allowed in names: the alphabetic characters of Unicode 5.1."""

from __future__ import annotations

from importlib.resources import files


def letters() -> str:
    """Return the letters beyond ASCII as ranges for a character class of a regular expression."""
    table = files("influx_flux._text").joinpath("letters.txt").read_text("utf-8")
    return "".join(map(_range, table.split()))


def _range(line: str) -> str:
    first, last = line.split("-")
    return f"{chr(int(first, 16))}-{chr(int(last, 16))}"
