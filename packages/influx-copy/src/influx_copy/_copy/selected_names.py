"""Asks a source whether it has what a selection names."""

from __future__ import annotations

from typing import cast

from influx_copy.interfaces import CheckedSource, CopySource, Selection

__all__ = ["require_selected"]


async def require_selected(source: CopySource, selection: Selection) -> None:
    """Check that a source has the databases, policies and measurements that a selection names.

    A source that cannot tell is not checked.

    Raises:
        SelectionNotFound: the source does not have one of them.
    """
    if hasattr(source, "require_selected"):
        await cast("CheckedSource", source).require_selected(selection)
