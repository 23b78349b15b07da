"""Detects an installed asphalt-influxdb, which has the same files as influx-asphalt."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["refuse_ancestor"]


def refuse_ancestor() -> None:
    """Raise an error if asphalt-influxdb is installed too.

    Installing either distribution overwrites modules of the other, and uninstalling it deletes
    them, so the imported package may be a mixture of both.

    Raises:
        ImportError: asphalt-influxdb is installed; the message contains the commands to fix it.
    """
    try:
        found = version("asphalt-influxdb")
    except PackageNotFoundError:
        return
    raise ImportError(
        f"asphalt-influxdb {found} is installed beside influx-asphalt, and both own the package "
        "asphalt.influxdb: pip uninstall asphalt-influxdb, then "
        "pip install --force-reinstall --no-deps influx-asphalt"
    )
