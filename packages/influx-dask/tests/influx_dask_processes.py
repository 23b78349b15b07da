"""Servers, schedulers and workers in processes of their own, which can be killed and restarted."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from influx_testing.influxd import Influxd


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class FixedInfluxd:
    """An influxd that has the same URL after each start."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        port = free_port()
        self._server = Influxd(home, {"http.bind-address": f"127.0.0.1:{port}"})
        self._server.start()
        self.url = f"http://127.0.0.1:{port}"

    def kill(self) -> None:
        """Kill it."""
        self._server.kill()

    def start(self) -> None:
        """Start it again."""
        self._server.start()


class FixedCluster:
    """A scheduler with two workers: the scheduler has the same address after each start."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self.address = f"tcp://127.0.0.1:{self._port}"
        self.log = folder / "cluster.log"
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the scheduler and the workers."""
        self._start("scheduler", "--host", "127.0.0.1", "--port", str(self._port))
        for _ in range(2):
            options = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
            self._start("worker", self.address, *options)

    def kill(self) -> None:
        """Kill all processes, the scheduler first."""
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()

    def _start(self, *arguments: str) -> None:
        with self.log.open("ab") as output:
            command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
            self._processes.append(subprocess.Popen(command, stdout=output, stderr=output))


@contextmanager
def ended(*processes: FixedInfluxd | FixedCluster) -> Iterator[None]:
    """Kill the processes at the end."""
    try:
        yield
    finally:
        for process in processes:
            process.kill()
