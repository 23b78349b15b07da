"""UnfinishedJSON: the beginning of a document, or of a line, of JSON whose end has not come."""

from __future__ import annotations

from collections.abc import Callable

from influx_core._parsers.documents import PrefixValidator
from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.json.token_limit import TokenLimit

__all__ = ["UnfinishedJSON"]


class UnfinishedJSON:
    """Holds the bytes of a document until the rest of it comes.

    Bytes that no document begins with fail early, and so does a value that does not end: neither
    fills the memory.

    Args:
        format_name: the format, for errors.
        decode: decodes the outline of a document, or refuses it.

    Attributes:
        pieces: the bytes; none if no document has begun.
    """

    def __init__(self, format_name: str, decode: Callable[[bytes], object]) -> None:
        self.pieces: list[bytes] = []
        self._format = format_name
        self._size = 0
        self._prefix_validator = PrefixValidator(decode)
        self._token_limit = TokenLimit()

    def hold(self, data: bytes) -> None:
        """Take the next bytes of the document; blanks before it are left out.

        Raises:
            DecodeError: no document begins so, or its last value is too long.
        """
        if not self.pieces:
            data = data.lstrip()
            if not data:
                return
        self.pieces.append(data)
        self._size += len(data)
        self._token_limit.hold(data)
        if self._prefix_validator.due(self._size):
            begun = b"".join(self.pieces)
            self.pieces = [begun]
            with decoding(self._format):
                self._prefix_validator.validate(_whole_tokens(begun))

    def taken(self, following: bytes = b"") -> bytes:
        """Return what was held, which is then held no more, and the bytes that follow it."""
        if not self.pieces:
            return following
        if following:
            self.pieces.append(following)
        whole = b"".join(self.pieces)  # of a single piece, this makes no copy
        self._prefix_validator.ended(self._size)
        self._token_limit = TokenLimit()
        self.pieces, self._size = [], 0
        return whole


def _whole_tokens(begun: bytes) -> bytes:
    """The beginning of a document up to a bracket or a quote: a number that is cut looks wrong."""
    return begun[: max(begun.rfind(b"]"), begun.rfind(b'"')) + 1] or begun
