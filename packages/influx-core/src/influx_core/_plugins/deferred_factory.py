"""DeferredFactory: creates a part whose module is imported when the part is first needed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

__all__ = ["DeferredFactory"]


class DeferredFactory:
    """Creates a part of a class or with a function that is imported at the first use.

    A client collects the factories of all plugins, and creates a few parts: with this class, it
    does not import the modules of the others.

    Args:
        path: the import path of the class or function, such as `my_app.influx:Shout`.
        auto_rank: the name `auto` selects the factory with the highest rank.
        flux_rank: the same for the deserializer of Flux results.
        replaces: the name of a part of the same kind: whoever selects it gets this one.
    """

    def __init__(
        self, path: str, *, auto_rank: int = 0, flux_rank: int = 0, replaces: str | None = None
    ) -> None:
        self.auto_rank = auto_rank
        self.flux_rank = flux_rank
        self.replaces = replaces
        self.__module__, _, self.__qualname__ = path.partition(":")

    def load(self) -> Callable[..., Any]:
        """Import the class or the function."""
        return cast(Callable[..., Any], getattr(import_module(self.__module__), self.__qualname__))

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Create the part."""
        return self.load()(*args, **options)

    def __repr__(self) -> str:
        return f"DeferredFactory({self.__module__}:{self.__qualname__})"
