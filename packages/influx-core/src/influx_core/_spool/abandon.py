"""Keeps an object alive until the process ends, and prevents its finalizer from running."""

from __future__ import annotations

import ctypes

__all__ = ["keep_for_ever"]


def keep_for_ever(thing: object) -> None:
    """Give an object a reference that nobody will release.

    Its finalizer would act on what belongs to another process. A global variable does not help:
    the interpreter clears those when it exits.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
