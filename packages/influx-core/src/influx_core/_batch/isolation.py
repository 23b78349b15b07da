"""Calls user functions, and keeps their exceptions from stopping the writer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import NoReturn, ParamSpec

__all__ = ["call_isolated", "describe"]

logger = logging.getLogger(__name__)

P = ParamSpec("P")


def call_isolated(
    what: str, function: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs
) -> bool:
    """Call a function of a user or a plugin, and log its exception.

    A CancelledError or a GeneratorExit that the function raises is logged too: it does not mean
    that the writer was cancelled. SystemExit and KeyboardInterrupt end the event loop, but only
    after the writer has finished the step in which it made the call.

    Args:
        what: the name of the function in the log.
        function: called in the event loop.
        args: its arguments.
        kwargs: its keyword arguments.

    Returns:
        Whether the function returned.
    """
    try:
        function(*args, **kwargs)
    except (KeyboardInterrupt, SystemExit) as error:
        asyncio.get_running_loop().call_soon(_raise, error)
    except BaseException:
        logger.exception("%s raised an exception, which changes nothing else", what)
    else:
        return True
    return False


def describe(value: object, show: Callable[[object], str] = str) -> str:
    """Return text for a value of foreign code; never raise an error.

    Args:
        value: an exception, or a point.
        show: `str`, `repr` or `ascii`.
    """
    try:
        return show(value) or type(value).__name__
    except Exception:
        return f"<{type(value).__name__} that cannot be shown>"


def _raise(error: BaseException) -> NoReturn:
    raise error
