"""Keeps the servers of a failed test open until a person has looked at them."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest

from influx_testing._fixtures.server_pool import ServerPool
from influx_testing._server.influx_server import InfluxServer
from influx_testing._server.listener import Listener
from influx_testing.pages import installed_pages

__all__ = ["check_exploring", "explore"]


def check_exploring(config: pytest.Config) -> None:
    """Make sure that there is a page, and a person who can end its wait.

    Raises:
        UsageError: there is not; a run without a terminal would wait for ever.
    """
    if not installed_pages():
        raise pytest.UsageError("--influx-explore: pip install influx-explorer")
    if getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--influx-explore needs one process: leave out -n")
    with _without_capture(config):
        has_terminal = sys.stdin is not None and sys.stdin.isatty()
    if not has_terminal:
        raise pytest.UsageError(
            "--influx-explore waits for Enter at a terminal, and standard input is none: "
            "leave it out here"
        )


def explore(item: pytest.Item, pool: ServerPool, report: pytest.TestReport) -> None:
    """Print the failure and the URLs of the pages, and wait for Enter or the end of the input."""
    if not pool.servers:
        return
    with ExitStack() as stack:
        urls = [url for server in pool.servers for url in _page_urls(server, stack)]
        stack.enter_context(_without_capture(item.config))
        print(f"\n{report.longreprtext}\n\n{item.nodeid} failed.", flush=True)  # noqa: T201
        for url in urls:
            print(f"explore its server at {url}", flush=True)  # noqa: T201
        print("Enter continues, Ctrl-C ends the run.", flush=True)  # noqa: T201
        sys.stdin.readline()


def _page_urls(server: InfluxServer, stack: ExitStack) -> list[str]:
    """The URLs of the pages of a server; one without a socket is served on one until then."""
    if server.pages is None or not server.pages.urls():
        url = server.url
        server.serve_on(stack.enter_context(closing(Listener.on())))
        stack.callback(setattr, server, "url", url)
    return [] if server.pages is None else server.pages.urls()


@contextmanager
def _without_capture(config: pytest.Config) -> Generator[None]:
    """Print to the terminal and read from it, as pytest does for a debugger."""
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        yield
        return
    capture.suspend(in_=True)
    try:
        yield
    finally:
        capture.resume()
