"""A scheduler and workers in processes of their own, which can be killed and started again."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path


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
