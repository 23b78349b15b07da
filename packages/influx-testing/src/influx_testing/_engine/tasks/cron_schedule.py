"""CronSchedule: the times of a schedule in the format of cron, in UTC.

Five fields are minutes, hours, days of the month, months and days of the week; with six, the first
is seconds. Names of months and days, lists, ranges, steps and words such as `@daily` are allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["CronError", "CronSchedule"]

_WORDS = {
    "@annually": "0 0 1 1 *",
    "@daily": "0 0 * * *",
    "@hourly": "0 * * * *",
    "@midnight": "0 0 * * *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@yearly": "0 0 1 1 *",
}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_BOUNDS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_MOST_YEARS = 9
"""29 February can be eight years away; what is further away never comes."""


class CronError(ValueError):
    """A text is not a schedule."""


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """The seconds, minutes, hours, days, months and days of the week of a schedule.

    Attributes:
        fields: the values of each field.
        any_day: whether the day of the month is `*`.
        any_weekday: whether the day of the week is `*`.
    """

    fields: tuple[frozenset[int], ...]
    any_day: bool
    any_weekday: bool

    @classmethod
    def read(cls, text: str) -> CronSchedule:
        """Read a schedule.

        Raises:
            CronError: the text is not a schedule.
        """
        parts = _WORDS.get(text.strip().lower(), text).split()
        if len(parts) == 5:
            parts = ["0", *parts]
        if len(parts) != 6:
            raise CronError(f"a schedule has five or six fields: {text!r}")
        fields = [
            _values(part, low, high, _names(place))
            for place, (part, (low, high)) in enumerate(zip(parts, _BOUNDS, strict=True))
        ]
        fields[5] = frozenset(day % 7 for day in fields[5])
        return cls(tuple(fields), parts[3] in {"*", "?"}, parts[5] in {"*", "?"})

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after a moment in UTC; None if there is none."""
        seconds, minutes, hours, _, months, _ = self.fields
        time = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        last_year = time.year + _MOST_YEARS
        while time.year <= last_year:
            if time.month not in months or not self._is_day(time):
                time = time.replace(hour=0, minute=0, second=0) + timedelta(days=1)
            elif time.hour not in hours:
                time = time.replace(minute=0, second=0) + timedelta(hours=1)
            elif time.minute not in minutes:
                time = time.replace(second=0) + timedelta(minutes=1)
            elif time.second not in seconds:
                time += timedelta(seconds=1)
            else:
                return time
        return None

    def _is_day(self, time: datetime) -> bool:
        """Whether a day fits; if both kinds of days are limited, one of them is enough."""
        by_month = time.day in self.fields[3]
        by_week = time.isoweekday() % 7 in self.fields[5]
        if self.any_day or self.any_weekday:
            return by_month and by_week
        return by_month or by_week


def _names(place: int) -> dict[str, int]:
    if place == 4:
        return {name: number for number, name in enumerate(_MONTHS, 1)}
    return {name: number for number, name in enumerate(_DAYS)} if place == 5 else {}


def _values(part: str, low: int, high: int, names: dict[str, int]) -> frozenset[int]:
    values: set[int] = set()
    for item in part.lower().split(","):
        span, slash, step = item.partition("/")
        first, dash, last = span.partition("-")
        if span in {"*", "?"}:
            start, end = low, high
        else:
            start = _number(first, names)
            end = _number(last, names) if dash else (high if slash else start)
        width = _number(step, {}) if slash else 1
        if not low <= start <= end <= high or width < 1:
            raise CronError(f"{item!r} is outside {low} to {high}")
        values.update(range(start, end + 1, width))
    return frozenset(values)


def _number(text: str, names: dict[str, int]) -> int:
    if text in names:
        return names[text]
    if not text.isascii() or not text.isdigit():
        raise CronError(f"{text!r} is not a number")
    return int(text)
