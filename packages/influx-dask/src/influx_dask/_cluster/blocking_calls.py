"""run_blocking: runs a coroutine from code that is not asynchronous, also in a notebook."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

__all__ = ["run_blocking"]

_ResultT = TypeVar("_ResultT")


def run_blocking(coroutine: Coroutine[Any, Any, _ResultT]) -> _ResultT:
    """Run a coroutine to its end; in a thread of its own if this one runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
