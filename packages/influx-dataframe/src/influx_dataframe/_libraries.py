"""Imports the optional libraries of frames and plots."""

from __future__ import annotations

import importlib
from typing import Any

from influx_core import ConfigError

__all__ = ["detect_library", "library"]

_EXTRAS = {"matplotlib": "plot", "numpy": "pandas"}


def library(name: str) -> Any:
    """Import a library, or a module of it.

    Raises:
        ConfigError: it is not installed; the text says what to install.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        top = name.partition(".")[0]
        extra = _EXTRAS.get(top, top)
        raise ConfigError(
            f"{top} is not installed; pip install 'influx-dataframe[{extra}]' brings it"
        ) from error


def detect_library(name: str) -> Any:
    """Import a library; None where it is not installed."""
    try:
        return library(name)
    except ConfigError:
        return None
