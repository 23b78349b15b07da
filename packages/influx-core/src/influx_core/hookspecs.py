"""All hooks, in the order in which a client calls them.

There are two kinds. *Choices* take no arguments and return a mapping of names to factories; they
are called once, when a client is created. *Notices* return nothing and are called when something
has happened, once per request or batch, never per point.

A plugin is a module or an object with functions marked by `influx_core.hookimpl`::

    from influx_core import hookimpl

    class Shout:
        content_type = "text/plain"
        def dump(self, points, precision, on_invalid=None): ...

    @hookimpl
    def influx_serializers():
        return {"shout": Shout}

A plugin is found by an entry point in the group `influx`, or passed to a single client with
`plugins=["my_app.influx:shout"]`. A client selects the part by name: `serializer="shout"`, or
`serializer={"type": "shout", "volume": 11}` with options for the factory.

A factory may set the attribute `auto_rank`, an integer: the name `auto` selects the factory with
the highest rank. The pure-Python parts have rank 1. With the attribute `replaces`, a name, it is
used for whoever selects that name. `influx_core.plugins.DeferredFactory` imports a part when it is
selected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import pluggy

if TYPE_CHECKING:
    from influx_core.interfaces import (
        Auth,
        BatchSummary,
        ClientInfo,
        Deserializer,
        LineSummarizer,
        Request,
        Response,
        RetryPolicy,
        Serializer,
        Spool,
        Transport,
    )

hookspec = pluggy.HookspecMarker("influx")
hookimpl = pluggy.HookimplMarker("influx")


@hookspec
def influx_transports() -> Mapping[str, Callable[..., Transport]]:  # type: ignore[empty-body]
    """Offer transports; if the name is a URL scheme, URLs with that scheme select it.

    Example::

        @hookimpl
        def influx_transports():
            return {"carrier-pigeon": PigeonTransport}
    """


@hookspec
def influx_serializers() -> Mapping[str, Callable[..., Serializer]]:  # type: ignore[empty-body]
    """Offer serializers, which convert points to the body of a write.

    Example::

        @hookimpl
        def influx_serializers():
            return {"audited": AuditedLineProtocol}
    """


@hookspec
def influx_deserializers() -> Mapping[str, Callable[..., Deserializer]]:  # type: ignore[empty-body]
    """Offer deserializers, which parse the responses to queries.

    Example::

        @hookimpl
        def influx_deserializers():
            return {"strict-json": StrictJson}
    """


@hookspec
def influx_line_summarizers() -> Mapping[str, Callable[..., LineSummarizer]]:  # type: ignore[empty-body]
    """Offer summarizers, which tell what blocks of line protocol hold.

    Example::

        @hookimpl
        def influx_line_summarizers():
            return {"careful": CarefulSummarizer}
    """


@hookspec
def influx_auths() -> Mapping[str, Callable[..., Auth]]:  # type: ignore[empty-body]
    """Offer auths, which add credentials to requests.

    Example::

        @hookimpl
        def influx_auths():
            return {"vault": VaultToken}
    """


@hookspec
def influx_retry_policies() -> Mapping[str, Callable[..., RetryPolicy]]:  # type: ignore[empty-body]
    """Offer retry policies, which decide whether a failed request is repeated.

    Example::

        @hookimpl
        def influx_retry_policies():
            return {"twice": Twice}
    """


@hookspec
def influx_spools() -> Mapping[str, Callable[..., Spool]]:  # type: ignore[empty-body]
    """Offer spools, the durable queues of batch writers.

    Example::

        @hookimpl
        def influx_spools():
            return {"redis": RedisSpool}
    """


@hookspec
def influx_request_finished(
    client: ClientInfo,
    request: Request,
    outcome: Response | BaseException,
    attempt: int,
    seconds: float,
) -> None:
    """Called when an attempt of a request has ended, successfully or not.

    The request is the one before signing, so it has no credentials. An exception raised here is
    logged once and has no other effect.

    Args:
        client: the client that sent the request.
        request: the request, with the base URL to which it was sent.
        outcome: the response, or the exception of the attempt, including `CancelledError`.
        attempt: the number of the attempt, from 1.
        seconds: the time from the start of the attempt to the end of the response's body.

    Example::

        @hookimpl
        def influx_request_finished(request, seconds):
            print(f"{request.path} took {seconds:.3f} s")
    """


@hookspec
def influx_batch_finished(
    client: ClientInfo, batch: BatchSummary, outcome: Literal["delivered", "spooled"] | Exception
) -> None:
    """Called when a batch of a batch writer is settled.

    Called once per batch, and again when a spooled batch is delivered or rejected later. An
    exception raised here is logged once and has no other effect.

    Args:
        client: the client of the writer.
        batch: its target, size and duration.
        outcome: `delivered`, `spooled`, or a PointsUndelivered if points of it were rejected or
            dropped; its other points were delivered.

    Example::

        @hookimpl
        def influx_batch_finished(batch, outcome):
            print(f"{batch.points} points: {outcome}")
    """
