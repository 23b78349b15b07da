"""Keeps the servers of a failed test open until a person has looked at them."""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack, closing
from typing import Any, TextIO

import pytest

from influx_testing._fixtures.server_pool import ServerPool
from influx_testing._server.influx_server import InfluxServer
from influx_testing._server.listener import Listener

__all__ = ["explore"]


def explore(item: pytest.Item, pool: ServerPool, report: pytest.TestReport) -> None:
    """Print the failure and the URLs of the pages, and wait for Enter.

    Without a terminal to read from, only an interrupt (Ctrl-C) ends the wait, and the run.
    """
    if not pool.servers:
        return
    capture: Any = item.config.pluginmanager.getplugin("capturemanager")
    with ExitStack() as stack:
        urls = [url for server in pool.servers for url in _page_urls(server, stack)]
        if capture is not None:
            stack.enter_context(capture.global_and_fixture_disabled())
        print(f"\n{report.longreprtext}\n\n{item.nodeid} failed.", flush=True)  # noqa: T201
        for url in urls:
            print(f"explore its server at {url}", flush=True)  # noqa: T201
        print("Enter continues, Ctrl-C ends the run.", flush=True)  # noqa: T201
        _wait(sys.stdin)


def _page_urls(server: InfluxServer, stack: ExitStack) -> list[str]:
    """The URLs of the pages of a server; one without a socket is served on one until then."""
    if server.pages is None or not server.pages.urls():
        url = server.url
        server.serve_on(stack.enter_context(closing(Listener.on())))
        stack.callback(setattr, server, "url", url)
    return [] if server.pages is None else server.pages.urls()


def _wait(stream: TextIO) -> None:
    try:
        line = stream.readline()
    except OSError:  # standard input is captured, or closed
        line = ""
    if not line:
        threading.Event().wait()
