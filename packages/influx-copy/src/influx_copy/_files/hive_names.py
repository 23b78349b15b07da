"""The folders and names of files: `db=metrics/rp=week/measurement=cpu/START_STOP.lp.gz`."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import quote, unquote

from influx_copy.interfaces import ALL_TIME, CopyRange, Target

__all__ = ["TEMPORARY", "folder_of", "name_of", "policy_folder_of", "range_of_path"]

TEMPORARY = ".partial"
"""The end of the name of a file that is being written."""

_KEYS = ("db", "rp", "measurement")
_TIMES = re.compile(r"(-?\d+)_(-?\d+)\.")


def folder_of(target: Target, measurement: str) -> Path:
    """The folder of a measurement; names are percent-encoded."""
    return _folder(target.database, target.policy, measurement)


def policy_folder_of(target: Target) -> Path:
    """The folder of a retention policy, in which those of its measurements are."""
    return _folder(target.database, target.policy)


def _folder(*names: str) -> Path:
    return Path(*(f"{key}={_encoded(name)}" for key, name in zip(_KEYS, names, strict=False)))


def name_of(range_: CopyRange) -> str:
    """The name of the file of a range, without its ending."""
    if not range_.part:
        return f"{range_.start}_{range_.stop}"
    return hashlib.blake2b(range_.part.encode(), digest_size=12).hexdigest()


def range_of_path(path: Path) -> CopyRange:
    """What the path of a file, relative to the directory of all, says of its points."""
    found = {
        key: unquote(value)
        for key, separator, value in (folder.partition("=") for folder in path.parts[:-1])
        if separator
    }
    times = _TIMES.match(path.name)
    start, stop = (int(times[1]), int(times[2])) if times else ALL_TIME
    names = (found.get(key, "") for key in _KEYS)
    database, policy, measurement = names
    return CopyRange(database, policy, measurement, start, stop, path.as_posix())


def _encoded(name: str) -> str:
    """Percent-encode a name; `.` alone would be a folder of the file system."""
    text = quote(name, safe=" ")
    return text.replace(".", "%2E") if set(text) <= {"."} else text
