"""Every extension point, in the order of a client's life.

Two kinds and no third. *Choices* take no arguments and return a mapping of names to factories; they
are asked once, when a client is built. *Notices* return nothing and are told of what happened, once
a request or once a batch; never once a point.

A plugin is a module or an object whose functions carry `influx_core.hookimpl`::

    from influx_core import hookimpl

    class Shout:
        content_type = "text/plain"
        def dump(self, points, precision, on_invalid=None): ...

    @hookimpl
    def influx_serializers():
        return {"shout": Shout}

It is found by an entry point in the group `influx`, or given to one client alone with
`plugins=["my_app.influx:shout"]`. A client then uses the part by its name: `serializer="shout"`, or
`serializer={"type": "shout", "volume": 11}` with options for the factory.

A factory that offers the same format as a built-in one, only faster, may set the attribute
`auto_rank` (an integer above 1, the rank of the pure-Python parts): the name `auto` stands for the
factory with the highest rank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import pluggy

from influx_core.interfaces import (
    Auth,
    BatchSummary,
    ClientInfo,
    Deserializer,
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
    """Offer transports; a name that is a URL scheme is chosen by URLs of that scheme.

    Example::

        @hookimpl
        def influx_transports():
            return {"carrier-pigeon": PigeonTransport}
    """


@hookspec
def influx_serializers() -> Mapping[str, Callable[..., Serializer]]:  # type: ignore[empty-body]
    """Offer serializers, which turn points into the body of a write.

    Example::

        @hookimpl
        def influx_serializers():
            return {"audited": AuditedLineProtocol}
    """


@hookspec
def influx_deserializers() -> Mapping[str, Callable[..., Deserializer]]:  # type: ignore[empty-body]
    """Offer deserializers, which read the answers of queries.

    Example::

        @hookimpl
        def influx_deserializers():
            return {"strict-json": StrictJson}
    """


@hookspec
def influx_auths() -> Mapping[str, Callable[..., Auth]]:  # type: ignore[empty-body]
    """Offer ways to put credentials on a request.

    Example::

        @hookimpl
        def influx_auths():
            return {"vault": VaultToken}
    """


@hookspec
def influx_retry_policies() -> Mapping[str, Callable[..., RetryPolicy]]:  # type: ignore[empty-body]
    """Offer policies that decide whether a failed request is tried again.

    Example::

        @hookimpl
        def influx_retry_policies():
            return {"twice": Twice}
    """


@hookspec
def influx_spools() -> Mapping[str, Callable[..., Spool]]:  # type: ignore[empty-body]
    """Offer spools, the durable queues behind batch writers.

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
    """Take note that a try of a request has ended, well or badly.

    Called for every try, with the request as it was before signing, so without credentials. An
    exception raised here is logged once and changes nothing.

    Args:
        client: the client that sent it.
        request: what was sent, with the base URL it was sent to.
        outcome: the response, or the exception the try ended with (`CancelledError` too).
        attempt: the number of the try, from 1.
        seconds: from the start of the try to the end of the answer's body.

    Example::

        @hookimpl
        def influx_request_finished(request, seconds):
            print(f"{request.path} took {seconds:.3f} s")
    """


@hookspec
def influx_batch_finished(
    client: ClientInfo, batch: BatchSummary, outcome: Literal["delivered", "spooled"] | Exception
) -> None:
    """Take note that a batch writer is done with a batch.

    Called once a batch, and once more when a spooled batch was delivered or rejected later. An
    exception raised here is logged once and changes nothing.

    Args:
        client: the client whose writer it was.
        batch: what it held, and how long it took.
        outcome: `delivered`, `spooled`, or a PointsUndelivered if points of it were rejected or
            dropped; the others of it were delivered.

    Example::

        @hookimpl
        def influx_batch_finished(batch, outcome):
            print(f"{batch.points} points: {outcome}")
    """
