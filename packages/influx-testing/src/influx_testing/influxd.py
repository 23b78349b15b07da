"""Starts and stops a real InfluxDB 1.x server, for tests that want the reference itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["InfluxdFailed", "find_influxd", "influxd"]

START_SECONDS = 30
STOP_SECONDS = 10

_LISTENING = re.compile(r"Listening on HTTP.*?addr=(\S+)")


class InfluxdFailed(RuntimeError):
    """influxd did not start; the text ends with the last lines of its log."""


def find_influxd() -> str | None:
    """The path of the influxd 1.x on this machine; None where there is none."""
    return shutil.which("influxd")


@contextmanager
def influxd(settings: Mapping[str, str] | None = None) -> Generator[str]:
    """Run influxd on a free loopback port with a directory of its own, and lend its URL.

    Args:
        settings: the server's own settings by their path, as in `{"http.auth-enabled": "true"}`,
            with values as its configuration file spells them.

    Raises:
        InfluxdFailed: it is not installed, or not ready within 30 s.
    """
    program = find_influxd()
    if program is None:
        raise InfluxdFailed("influxd is not installed; on Debian: apt-get install influxdb")
    with TemporaryDirectory(prefix="influxd-", ignore_cleanup_errors=True) as directory:
        home = Path(directory)
        log = home / "influxd.log"
        (home / "influxdb.conf").write_text(_configuration(home))
        with log.open("wb") as output:
            process = subprocess.Popen(
                [program, "-config", str(home / "influxdb.conf")],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **_environment(settings or {})},
            )
        try:
            yield f"http://{_address(process, log)}"
        finally:
            _stop(process)


def _configuration(home: Path) -> str:
    # Port 0 lets the kernel choose: two servers never race for one.
    return f"""
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "{home}/meta"
[data]
dir = "{home}/data"
wal-dir = "{home}/wal"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:0"
log-enabled = false
[monitor]
store-enabled = false
"""


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    return {
        "INFLUXDB_" + path.upper().replace(".", "_").replace("-", "_"): value
        for path, value in settings.items()
    }


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if found := _LISTENING.search(log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.02)
    raise InfluxdFailed(f"influxd did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
