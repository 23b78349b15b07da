"""Adapters for the context API of Asphalt, which differs between versions (4.9 to 4.12)."""

# Asphalt 4 leaves parts of its context untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import ClientSession
from asphalt.core import Context

__all__ = ["at_teardown", "at_teardown_with_error", "publish", "session_resource"]


def at_teardown(ctx: Context, callback: Callable[[], Awaitable[None] | None]) -> None:
    """Add a teardown callback to the context; the callback added last runs first."""
    ctx.add_teardown_callback(callback)


def at_teardown_with_error(
    ctx: Context, callback: Callable[[BaseException | None], Awaitable[None]]
) -> None:
    """Add a teardown callback that receives the exception that ended the context, or None."""
    ctx.add_teardown_callback(callback, pass_exception=True)


def publish(
    ctx: Context,
    resource: object,
    types: Sequence[type[Any]],
    name: str,
    context_attr: str | None = None,
) -> None:
    """Add a resource under several types and, with `context_attr`, as a context attribute."""
    with warnings.catch_warnings():
        # 4.12 deprecates context attributes; they are a documented option here.
        warnings.simplefilter("ignore", DeprecationWarning)
        ctx.add_resource(resource, name, context_attr, types)


async def session_resource(ctx: Context, name: str) -> ClientSession:
    """Return the aiohttp session resource with this name; wait until it is added."""
    return await ctx.request_resource(ClientSession, name)
