"""The handlers of statements, a module for each family, which registers what it executes."""

import importlib
import pkgutil

__all__ = ["register_all"]


def register_all() -> None:
    """Import every module here."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
