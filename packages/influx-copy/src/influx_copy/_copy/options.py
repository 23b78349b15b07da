"""CopyOptions: what a copy does with types, names and tags; a plan stores it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from influx_copy.interfaces import CopyRange, CopySink, PointFilter, Target
from influx_copy.limits import LOSSES, Loss
from influx_core import ConfigError

if TYPE_CHECKING:
    from influx_copy._plan.plan import Plan

__all__ = ["CopyOptions", "SharedNames", "TypeTreatment", "stored_options", "target_of"]

TypeTreatment: TypeAlias = Literal["refuse", "keep", "cast", "split"]
"""What is done with a field of several types; see `CopyOptions`."""

SharedNames: TypeAlias = Literal["keep", "rename"]
"""What is done with a field that has the name of a tag; see `CopyOptions`."""


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """What a copy does with types, names and tags.

    Attributes:
        types: what becomes of a field whose type differs by shard. `refuse` raises TypesDiffer;
            `keep` writes the values as they are, for a sink that allows it; `cast` converts
            numbers to floats, and other values to strings; `split` writes values of the second
            type and further ones to fields of their own, such as `load_integer`.
        shared_names: what becomes of a field that has the name of a tag: `keep` writes both,
            `rename` writes the field as `name_field`, for servers that have columns, as InfluxDB 3.
        mapping: where points go instead of the database and policy that the sink chooses:
            `{"telegraf/week": "metrics", "telegraf": "metrics/autogen"}`. The key `database/policy`
            is looked up before the key `database`; a target is a database or bucket, or
            `database/policy`. A database that goes to a database keeps its policies where the sink
            has policies: at InfluxDB 1.x and in files.
        accept: what may be lost where not everything can be copied; `LOSSES` has the words. By
            default such a copy is refused, and the error has the words that it needs.
        where: which points of a range are copied; `copy` sets it by the selection.
    """

    types: TypeTreatment = "refuse"
    shared_names: SharedNames = "keep"
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    accept: tuple[Loss, ...] = ()
    where: PointFilter = field(default_factory=PointFilter)

    def __post_init__(self) -> None:
        for name, value, known in (
            ("types", self.types, ("refuse", "keep", "cast", "split")),
            ("shared_names", self.shared_names, ("keep", "rename")),
        ):
            if value not in known:
                raise ConfigError(f"{name} is one of {', '.join(known)}, not {value!r}")
        for loss in self.accept:
            if loss not in LOSSES:
                raise ConfigError(f"accept has some of {', '.join(LOSSES)}, not {loss!r}")


def stored_options(plan: Plan) -> CopyOptions:
    """The options with which a copy was begun; what is selected is in `Plan.selection`."""
    stored: dict[str, Any] = {**plan.settings.get("options", {}), "where": PointFilter()}
    stored["accept"] = tuple(stored.get("accept", ()))
    return CopyOptions(**stored)


def target_of(range_: CopyRange, sink: CopySink, options: CopyOptions) -> Target:
    """Where the points of a range go: by the mapping, or as the sink chooses."""
    for key in (f"{range_.database}/{range_.policy}", range_.database):
        if key in options.mapping:
            database, slash, policy = options.mapping[key].partition("/")
            if not slash and range_.policy and key == range_.database:
                policy = sink.target(range_.database, range_.policy).policy
            return Target(database, policy)
    return sink.target(range_.database, range_.policy)
