"""The Asphalt component: it creates clients from configuration, and adds them as resources."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

from asphalt.core import Component, Context, merge_config

import influx_core
from asphalt.influxdb import contexts
from asphalt.influxdb.client import InfluxDBClient
from influx_core import BatchWriter, ConfigError, InfluxDBError
from influx_core.options import FLAG, NAME, NONE, any_of, check_options, instance_of, refuse_unknown

__all__ = ["InfluxDBComponent"]

logger = logging.getLogger(__name__)

_OWN_OPTIONS = {
    "validate_connection": FLAG,
    "context_attr": any_of(NAME, NONE),
    "writer": any_of(FLAG, instance_of(Mapping, description="a mapping of settings"), NONE),
}
"""What the options take that the component adds to those of a client."""


class InfluxDBComponent(Component):
    """Creates one or more InfluxDBClient resources.

    `clients` maps the name of each resource to the options of its client; the other keywords are
    defaults for all clients. Without `clients`, the component adds one client, as the resource
    `default` and as `ctx.influxdb`.

    A client connects at its first request. With `validate_connection: true`, the start fails if
    the server does not respond to a ping.

    The option `writer` adds a BatchWriter as a resource of the same name. Its value is a mapping
    of the settings of `client.writer()`, or `true` for the defaults. The component drains the
    writer before it closes the client.

    Args:
        clients: by resource name, the options of `asphalt.influxdb.client.InfluxDBClient`, and
            `validate_connection`, `writer` and `context_attr`. The last is the context attribute
            for the client; by default the resource name.
        default_client_args: options for all clients; with a single client, its options.

    Raises:
        ConfigError: an option is unknown or invalid; the message names the client and the option.
    """

    def __init__(
        self,
        clients: Mapping[str, Mapping[str, Any] | None] | None = None,
        **default_client_args: Any,
    ) -> None:
        named = _mapping("clients", clients or {})
        if not named:
            named = {"default": {"context_attr": "influxdb", **default_client_args}}
            default_client_args = {}
        self.clients: list[tuple[str, str, InfluxDBClient]] = []
        self._validated: set[str] = set()
        self._writers: dict[str, BatchWriter] = {}
        for name, config in named.items():
            _check_resource_name(name)
            with _naming(name):
                options = merge_config(default_client_args, dict(_mapping("options", config or {})))
                own = _own_options(name, options)
                self._check_attribute(own["context_attr"])
                client = _configured(options)
                if own["writer"] is not None:
                    self._writers[name] = client.writer(**own["writer"])
            if own["validate_connection"]:
                self._validated.add(name)
            self.clients.append((name, own["context_attr"], client))

    def _check_attribute(self, attribute: str | None) -> None:
        for name, other, _client in self.clients:
            if attribute is not None and attribute == other:
                raise ConfigError(
                    f"component: context_attr {attribute!r} is the one of client {name!r} already"
                )

    async def start(self, ctx: Context) -> None:
        """Add the clients and writers to the context as resources."""
        for resource_name, context_attr, client in self.clients:
            contexts.at_teardown(ctx, _farewell(resource_name))
            await client.start(ctx)
            if resource_name in self._validated:
                await _validate(resource_name, client)
            types = [InfluxDBClient, influx_core.InfluxDBClient]
            contexts.publish(ctx, client, types, resource_name, context_attr)
            if resource_name in self._writers:
                await _start_writer(ctx, resource_name, self._writers[resource_name])
            logger.info(
                "Configured InfluxDB client (%s / ctx.%s; base_urls=%r)",
                resource_name,
                context_attr,
                client.base_urls,
            )


@contextmanager
def _naming(name: str) -> Generator[None]:
    """Add the client's name to the errors about its options."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"InfluxDB client {name!r}: {error}") from error


def _check_resource_name(name: object) -> None:
    if not isinstance(name, str) or not re.fullmatch(r"\w+", name):
        raise ConfigError(
            f"clients: the name of a client takes letters, digits and underscores, not {name!r}"
        )


def _mapping(what: str, given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        hint = "; for a URL, write {base_urls: URL}" if what == "options" else ""
        raise ConfigError(
            f"{what} are a mapping of names to values, not {type(given).__name__}{hint}"
        )
    return cast("Mapping[str, Any]", given)


def _own_options(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """Remove the component's options from a client's options, and return them checked."""
    given = {
        "validate_connection": options.pop("validate_connection", False),
        "context_attr": options.pop("context_attr", name),
        "writer": options.pop("writer", False),
    }
    own = check_options("component", _OWN_OPTIONS, given)
    if isinstance(own["writer"], bool):
        own["writer"] = {} if own["writer"] else None
    return own


def _configured(options: dict[str, Any]) -> InfluxDBClient:
    _check_names(options)
    return InfluxDBClient(**options)


async def _start_writer(ctx: Context, name: str, writer: BatchWriter) -> None:
    await writer.__aenter__()
    contexts.at_teardown_with_error(ctx, partial(_leave, writer))
    contexts.publish(ctx, writer, [BatchWriter], name)


async def _leave(writer: BatchWriter, error: BaseException | None) -> None:
    """Close a writer; if an error ends the application, it only logs undelivered points."""
    await writer.__aexit__(type(error) if error else None, error, None)


async def _validate(name: str, client: InfluxDBClient) -> None:
    try:
        version = await client.ping()
    except InfluxDBError as error:
        error.add_note(f"validate_connection of InfluxDB client {name!r} failed")
        raise
    logger.info("InfluxDB client (%s) reached a server of version %s", name, version or "unknown")


def _check_names(options: Mapping[str, Any]) -> None:
    known = {
        name
        for cls in (InfluxDBClient, influx_core.InfluxDBClient)
        for name in inspect.signature(cls).parameters
    } - {"options"}
    if any(option not in known for option in options):
        refuse_unknown("client", known | set(_OWN_OPTIONS), options)


def _farewell(resource_name: str) -> Callable[[], None]:
    def say() -> None:
        logger.info("InfluxDB client (%s) shut down", resource_name)

    return say
