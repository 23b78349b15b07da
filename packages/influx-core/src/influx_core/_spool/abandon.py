"""Keeps an object alive until the process ends, and prevents its finalizer from running."""

from __future__ import annotations

import ctypes

__all__ = ["keep_for_ever"]


def keep_for_ever(thing: object) -> None:
    """Add a reference to an object that is never released.

    Its finalizer would change resources of another process. A global variable is not enough,
    because the interpreter clears global variables when it exits.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
