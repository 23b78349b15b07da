"""A scheduler and workers in processes of their own, which can be killed and started again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

START_SECONDS = 120


class ClusterProcesses:
    """A scheduler with two workers: the scheduler has the same address after each start."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self._port}"
        self.log = folder / "cluster.log"
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the scheduler, wait until it listens, and start the workers."""
        self._start("scheduler", "--host", "127.0.0.1", "--port", str(self._port))
        self._wait_for_scheduler()
        for _ in range(2):
            options = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
            self._start("worker", self.address, *options)

    def kill(self) -> None:
        """Kill all processes, the scheduler first."""
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()

    def _wait_for_scheduler(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
            except OSError:
                assert time.monotonic() < deadline, "the scheduler did not start"
                time.sleep(0.05)
            else:
                return

    def _start(self, *arguments: str) -> None:
        with self.log.open("ab") as output:
            command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
            self._processes.append(subprocess.Popen(command, stdout=output, stderr=output))
