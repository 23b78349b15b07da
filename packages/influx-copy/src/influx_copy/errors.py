"""All exceptions of influx_copy; their base class is that of influx_core."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from influx_core import InfluxDBError

if TYPE_CHECKING:
    from influx_copy.limits import Loss

__all__ = [
    "CopyError",
    "LossRefused",
    "PlanInUse",
    "PlanMismatch",
    "PlanUnusable",
    "RangeIncomplete",
    "RangeTooLarge",
    "SelectionNotFound",
    "TypesDiffer",
]


class CopyError(InfluxDBError):
    """The base class of the errors of a copy."""


class PlanInUse(CopyError):
    """Another process, or another object of this one, has the plan open."""


class PlanMismatch(CopyError):
    """A file is not a plan, is of another version, or belongs to another source or sink."""


class PlanUnusable(CopyError):
    """The file of a plan cannot be read or written any more: it is damaged, or the disk is full."""


class SelectionNotFound(CopyError):
    """The source does not have a database, a retention policy or a measurement that was named."""


class RangeTooLarge(CopyError):
    """The server cannot answer for the whole range: halve it, and copy the halves.

    Raised when the server times out, reaches a limit of points, or has too little memory.
    """


class RangeIncomplete(CopyError):
    """Points of a range were not copied; the message says which and why."""


class TypesDiffer(CopyError):
    """Fields have several types, and the options say to refuse that.

    Attributes:
        fields: the measurement, the field and its types.
    """

    def __init__(self, fields: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        self.fields = tuple(fields)
        shown = "; ".join(
            f"{field!r} of {measurement!r} is {', '.join(types)}"
            for measurement, field, types in self.fields
        )
        super().__init__(
            f"fields have several types: {shown}. Say what to do: types='cast' converts them to "
            "one type, 'split' writes each type to a field of its own, 'keep' writes them as they "
            "are; --types at the command line"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the fields, from which the message is made again."""
        return TypesDiffer, (self.fields,)


class LossRefused(CopyError):
    """Not everything can be copied to this sink, and the options do not accept that.

    Attributes:
        losses: what would be lost, with the measurements for which that is so.
    """

    def __init__(self, losses: Mapping[Loss, Iterable[str]]) -> None:
        from influx_copy.limits import LOSSES  # an import that only reads lines has none

        self.losses: dict[Loss, tuple[str, ...]] = {
            loss: tuple(names) for loss, names in losses.items()
        }
        shown = "; ".join(
            f"{loss}: {LOSSES[loss]} ({', '.join(map(repr, names))})"
            for loss, names in self.losses.items()
        )
        words = ", ".join(map(repr, self.losses))
        super().__init__(
            f"not everything can be copied. {shown}. Nothing was copied; to copy the rest, say "
            f"accept=({words},), or --accept {','.join(self.losses)} at the command line"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the losses, from which the message is made again."""
        return LossRefused, (self.losses,)
