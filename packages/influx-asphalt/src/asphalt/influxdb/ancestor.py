"""Notices asphalt-influxdb installed beside us: it owns the same files."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["refuse_ancestor"]


def refuse_ancestor() -> None:
    """Refuse to work where asphalt-influxdb is installed too.

    Each of the two overwrites the modules of the other when it is installed, and deletes them when
    it is uninstalled: what is imported may be any mixture.

    Raises:
        ImportError: it is; says what to do.
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
