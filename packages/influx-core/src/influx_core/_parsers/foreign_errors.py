"""Converts the exceptions of msgspec, csv and Python to DecodeError."""

from __future__ import annotations

import csv
from collections.abc import Generator
from contextlib import contextmanager

import msgspec

from influx_core.errors import DecodeError

__all__ = ["decoding"]


@contextmanager
def decoding(what: str) -> Generator[None]:
    """Translate what decoding of bytes can raise.

    Args:
        what: the format, as `a JSON response of InfluxDB`.

    Raises:
        DecodeError: for bytes that are not of the format, not UTF-8, nested too deeply, or with
            numbers that are too long.
    """
    try:
        yield
    except DecodeError:
        raise
    except RecursionError:
        raise DecodeError(f"not {what}: it is nested too deeply") from None
    except (csv.Error, msgspec.MsgspecError, ValueError, OverflowError) as error:
        raise DecodeError(f"not {what}: {error}") from error
