"""A transport, a serializer and an auth scheme from somebody else, and notices of requests."""

from __future__ import annotations

from dataclasses import replace

from influx_core import hookimpl
from influx_core._http.transports.aiohttp import AiohttpTransport
from influx_core.lineprotocol import encode

finished: list[tuple[str, int]] = []


class ParrotTransport(AiohttpTransport):
    """HTTP under another scheme; remembers what passes."""

    def __init__(self, memory: list | None = None) -> None:
        super().__init__()
        self.memory = [] if memory is None else memory

    async def send(self, request):
        self.memory.append(request)
        return await super().send(
            replace(request, base_url=request.base_url.replace("parrot://", "http://"))
        )


class ParrotSerializer:
    """Line protocol under a comment."""

    content_type = "text/x-parrot"

    def __init__(self, comment: str = "squawk") -> None:
        self.comment = comment

    def dump(self, points, precision, on_invalid=None):
        lines = encode(points, precision, on_invalid=on_invalid)
        return f"# {self.comment}\n".encode() + lines


class ParrotAuth:
    """A secret word in a header."""

    def __init__(self, word: str) -> None:
        self.word = word

    def sign(self, request, now):
        return replace(request, headers={**request.headers, "x-parrot": self.word})


@hookimpl
def influx_transports():
    return {"parrot": ParrotTransport}


@hookimpl
def influx_serializers():
    return {"parrot": ParrotSerializer}


@hookimpl
def influx_auths():
    return {"parrot": ParrotAuth}


@hookimpl
def influx_request_finished(request, attempt):
    finished.append((request.path, attempt))
