"""The types of options: for the factories of parts, and for programs that configure clients.

A factory whose parameters are annotated gets its options validated before it is called: `int`,
`float`, `bool`, `str`, `Literal`, `PathLike`, unions of these, and the types of this module.
Options from a configuration file may be text::

    class SlowTransport:
        def __init__(self, *, delay: Seconds = 1.0, mode: Literal["a", "b"] = "a") -> None: ...

    InfluxDBClient(transport={"type": "slow", "delay": "500ms"})
"""

from influx_core._options.option_types import (
    FLAG,
    NAME,
    NONE,
    PATH,
    SECRET,
    TEXT,
    Count,
    OptionType,
    Seconds,
    SizeInBytes,
    any_of,
    duration,
    instance_of,
    number,
    size,
    whole,
    word,
)
from influx_core._options.validator import (
    check_options,
    option_types_of,
    refuse_keywords,
    refuse_unknown,
)

__all__ = [
    "FLAG",
    "NAME",
    "NONE",
    "PATH",
    "SECRET",
    "TEXT",
    "Count",
    "OptionType",
    "Seconds",
    "SizeInBytes",
    "any_of",
    "check_options",
    "duration",
    "instance_of",
    "number",
    "option_types_of",
    "refuse_keywords",
    "refuse_unknown",
    "size",
    "whole",
    "word",
]
