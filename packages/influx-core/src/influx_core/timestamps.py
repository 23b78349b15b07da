"""Precision units, and exact conversion between times and integer nanoseconds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, TypeAlias

__all__ = ["Naive", "Precision", "Timestamp"]

Precision: TypeAlias = Literal["ns", "us", "ms", "s", "m", "h"]
Naive: TypeAlias = Literal["raise", "utc", "local"]
Timestamp: TypeAlias = int | str | datetime | date
