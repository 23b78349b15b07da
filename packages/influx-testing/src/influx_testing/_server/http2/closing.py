"""Closes a connection so that the client reads the last bytes before the connection is gone."""

from __future__ import annotations

import asyncio

__all__ = ["close_in_order"]

_SECONDS = 1.0


def close_in_order(transport: asyncio.Transport) -> None:
    """Send the end of the data, and close the connection soon after.

    A connection that is closed at once, while the client still sends, is reset, and what was sent
    last is lost.
    """
    if not transport.can_write_eof():
        transport.close()
        return
    transport.write_eof()
    asyncio.get_running_loop().call_later(_SECONDS, transport.close)
