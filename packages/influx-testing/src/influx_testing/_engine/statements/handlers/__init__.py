"""The handlers of statements: each module registers those of one family."""

import importlib
import pkgutil

__all__ = ["register_all"]


def register_all() -> None:
    """Import every module of this package, which registers its handlers."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
