"""Makes methods of a client that call a method of one of its objects."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

__all__ = ["delegated"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_ClientT = TypeVar("_ClientT")
_PartT = TypeVar("_PartT")


def delegated(
    part: Callable[[_ClientT], _PartT],
    method: Callable[Concatenate[_PartT, _P], Coroutine[Any, Any, _T]],
) -> Callable[Concatenate[_ClientT, _P], Coroutine[Any, Any, _T]]:
    """Return a method that calls a method of an object, with its signature and docstring.

    Args:
        part: returns the part of a client.
        method: the method of the part's class.
    """

    @functools.wraps(method)
    async def call(self: _ClientT, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await method(part(self), *args, **kwargs)

    return call
