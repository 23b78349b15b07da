"""The application: a web server, and the InfluxDB component whose writer records it."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from asphalt.core import ContainerComponent, Context

from asphalt.influxdb.client import InfluxDBClient
from influx_core import BatchWriter

from .timings import recording, summary

__all__ = ["WebService", "application"]


class WebService(ContainerComponent):
    """Serves HTTP and records the timings.

    Args:
        host: where to listen.
        port: where to listen; 0 takes a free one.
        database: where the timings go; created if it is missing.
        components: options of the `influxdb` component.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 8080,
        database: str = "web_service",
        components: dict[str, dict[str, Any] | None] | None = None,
    ) -> None:
        super().__init__(components)
        self.host = host
        self.port = port
        self.database = database
        self.addresses: list[Any] = []
        self.add_component("influxdb", db=database)

    async def start(self, ctx: Context) -> None:
        """Start the components, then the server, which therefore stops first at teardown."""
        await super().start(ctx)
        client = ctx.require_resource(InfluxDBClient)
        await client.create_database(self.database)
        runner = web.AppRunner(application(client, ctx.require_resource(BatchWriter)))
        await runner.setup()
        ctx.add_teardown_callback(runner.cleanup)
        await web.TCPSite(runner, self.host, self.port).start()
        self.addresses = runner.addresses


def application(client: InfluxDBClient, writer: BatchWriter) -> web.Application:
    """Return the routes with the middleware that records them."""

    async def hello(request: web.Request) -> web.Response:
        return web.json_response({"hello": request.match_info["name"]})

    async def show_summary(request: web.Request) -> web.Response:
        return web.json_response(await summary(client, minutes=60))

    app = web.Application(middlewares=[recording(writer)])
    app.router.add_get("/hello/{name}", hello)
    app.router.add_get("/summary", show_summary)
    return app
