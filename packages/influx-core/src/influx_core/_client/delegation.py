"""Makes methods of a client that call a method of one of its objects."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

__all__ = ["delegated"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_PartT = TypeVar("_PartT")


def delegated(
    part: str,
    method: Callable[Concatenate[_PartT, _P], Coroutine[Any, Any, _T]],
) -> Callable[Concatenate[Any, _P], Coroutine[Any, Any, _T]]:
    """Return a method that calls a method of an object, with its signature and docstring.

    Args:
        part: the attribute of a client that has the object.
        method: the method of the part's class.
    """

    @functools.wraps(method)
    async def call(self: Any, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await method(getattr(self, part), *args, **kwargs)

    return call
