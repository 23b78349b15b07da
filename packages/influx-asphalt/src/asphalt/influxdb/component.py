"""InfluxDBComponent: makes clients from configuration and publishes them as resources."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Any, Literal

from asphalt.core import Component, Context, merge_config

import influx_core
from asphalt.influxdb import contexts
from asphalt.influxdb.client import InfluxDBClient
from influx_core import BatchWriter, ConfigError, InfluxDBError

__all__ = ["InfluxDBComponent"]

logger = logging.getLogger(__name__)


class InfluxDBComponent(Component):
    """Creates one or more InfluxDBClient resources.

    With `clients`, each of its keys is the name of a resource, and its value the options of that
    client; the other keywords are defaults for all of them. Without `clients`, one client is
    published as the resource `default` and as `ctx.influxdb`.

    A client connects at its first request, unless it has the option `validate_connection: true`:
    then the start fails if the server does not answer a ping.

    With the option `writer`, a mapping of the settings of `client.writer()` or just `true`, a
    BatchWriter is published beside the client, under the same name. It is drained before the client
    is closed.

    Args:
        clients: resource names, each with the options of `asphalt.influxdb.client.InfluxDBClient`,
            with `validate_connection`, `writer`, and `context_attr`, the attribute of the context
            it is published as; the resource name unless given.
        default_client_args: options for all clients; with a single client, its options.

    Raises:
        ConfigError: an option that does not exist, or that cannot work; the text names the client
            and the option.
    """

    def __init__(
        self,
        clients: Mapping[str, Mapping[str, Any] | None] | None = None,
        **default_client_args: Any,
    ) -> None:
        if not clients:
            clients = {"default": {"context_attr": "influxdb", **default_client_args}}
            default_client_args = {}
        self.clients: list[tuple[str, str, InfluxDBClient]] = []
        self._validated: set[str] = set()
        self._writers: dict[str, BatchWriter] = {}
        for name, config in clients.items():
            options = merge_config(default_client_args, dict(config or {}))
            if options.pop("validate_connection", False):
                self._validated.add(name)
            context_attr = options.pop("context_attr", name)
            writer = options.pop("writer", None)
            client = _configured(name, options)
            self.clients.append((name, context_attr, client))
            if writer:
                self._writers[name] = _configured_writer(name, client, writer)

    async def start(self, ctx: Context) -> None:
        """Publish the clients."""
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


def _configured(name: str, options: dict[str, Any]) -> InfluxDBClient:
    try:
        _check_names(options)
        return InfluxDBClient(**options)
    except ConfigError as error:
        raise ConfigError(f"InfluxDB client {name!r}: {error}") from error


def _configured_writer(
    name: str, client: InfluxDBClient, settings: Mapping[str, Any] | Literal[True]
) -> BatchWriter:
    given: Mapping[str, Any] = {} if settings is True else settings
    try:
        return client.writer(**given)
    except ConfigError as error:
        raise ConfigError(f"InfluxDB client {name!r}: {error}") from error


async def _start_writer(ctx: Context, name: str, writer: BatchWriter) -> None:
    await writer.__aenter__()

    async def close(error: BaseException | None) -> None:
        # Points that were not delivered are logged if there is an error to be seen already.
        await writer.__aexit__(type(error) if error else None, error, None)

    contexts.at_teardown_with_error(ctx, close)
    contexts.publish(ctx, writer, [BatchWriter], name)


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
    unknown = sorted(set(options) - known)
    if unknown:
        known |= {"context_attr", "validate_connection", "writer"}
        raise ConfigError(f"unknown option {', '.join(unknown)}; known: {', '.join(sorted(known))}")


def _farewell(resource_name: str) -> Callable[[], None]:
    def say() -> None:
        logger.info("InfluxDB client (%s) shut down", resource_name)

    return say
