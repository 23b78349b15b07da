"""The parameters of a request, from its URL and its body."""

from __future__ import annotations

import re
import zlib
from email import policy
from email.parser import BytesParser
from urllib.parse import parse_qsl

from influx_core.interfaces import Request

__all__ = ["BodyTooLarge", "Parameters", "body_of", "url_parameters"]

_REFUSED_BY_GO = re.compile("%(?![0-9A-Fa-f]{2})|;")
_HEAD_BYTES = 10
_MAGIC = b"\x1f\x8b\x08"
_GO_WORDS = {
    "incorrect data check": "gzip: invalid checksum",
    "incorrect length check": "gzip: invalid checksum",
}
"""The server's errors for invalid gzip data, by the errors of Python."""


class BodyTooLarge(Exception):
    """The uncompressed body exceeds the limit."""


def url_parameters(target: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a URL."""
    return tuple(_pairs(target.partition("?")[2]))


def _pairs(text: str) -> list[tuple[str, str]]:
    """Read pairs of names and values. Go ignores one with a semicolon or an incomplete escape."""
    pairs = [pair for pair in text.split("&") if not _REFUSED_BY_GO.search(pair)]
    return parse_qsl("&".join(pairs), keep_blank_values=True)


def body_of(request: Request, limit: int) -> bytes:
    """Return the uncompressed body of a request.

    Raises:
        BodyTooLarge: the body exceeds the limit; 0 is no limit.
        EOFError: the compressed data ends too early.
        OSError: the compressed data is invalid.
    """
    body = request.body
    if request.headers.get("content-encoding") == "gzip":
        body = _unpacked(body, limit)
    if limit and len(body) > limit:
        raise BodyTooLarge
    return body


def _unpacked(packed: bytes, limit: int) -> bytes:
    """Uncompress at most one byte more than the limit; join consecutive gzip members."""
    if not packed:
        raise EOFError("EOF")
    whole = bytearray()
    while packed and not (limit and len(whole) > limit):
        _check_head(packed)
        reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            whole += reader.decompress(packed, limit + 1 - len(whole) if limit else 0)
        except zlib.error as error:
            raise OSError(_GO_WORDS.get(str(error).rpartition(": ")[2], str(error))) from error
        if not reader.eof and not (limit and len(whole) > limit):
            raise EOFError("unexpected EOF")
        packed = reader.unused_data
    return bytes(whole)


def _check_head(packed: bytes) -> None:
    """Check that data begins with a valid gzip header."""
    if len(packed) < _HEAD_BYTES:
        raise EOFError("unexpected EOF")
    if not packed.startswith(_MAGIC):
        raise OSError("gzip: invalid header")


class Parameters:
    """The parameters of a request.

    Args:
        request: the request.
        form: whether the parameters of a form in the body are read too; they precede those of the
            URL.

    Attributes:
        has_form: whether the body is a form with at least one parameter.
    """

    def __init__(self, request: Request, *, form: bool = False) -> None:
        self._values: dict[str, str] = {}
        pairs = _form(request) if form else []
        self.has_form = bool(pairs)
        for name, value in (*pairs, *request.params):
            self._values.setdefault(name, value)

    def items(self) -> list[tuple[str, str]]:
        """Return names and values, each name once."""
        return list(self._values.items())

    def get(self, name: str) -> str:
        """Return the first value of a parameter; empty if it is missing."""
        return self._values.get(name, "")


def _form(request: Request) -> list[tuple[str, str]]:
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded" and request.method == "POST":
        return _pairs(request.body.decode("utf-8", "replace"))
    if kind == "multipart/form-data":
        return _multipart(content_type, request.body)
    return []


def _multipart(content_type: str, body: bytes) -> list[tuple[str, str]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    pairs: list[tuple[str, str]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            pairs.append((name, content.decode("utf-8", "replace")))
    return pairs
