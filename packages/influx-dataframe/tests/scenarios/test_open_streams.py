"""Programs that stop reading a stream of frames end without a word, whatever ends first."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("pandas", reason="pandas is not installed")
pytestmark = pytest.mark.slow

PROGRAM = """
import gc, sys
import influx_dataframe
from influx_core import blocking
from influx_testing import serve

with serve() as server:
    client = blocking.InfluxDBClient(server.url, "left")
    client.create_database("left")
    client.write_lines("".join(f"m v={index} {index + 1}\\n" for index in range(2_000)))
    frames = influx_dataframe.stream_frames(client, "SELECT v FROM m", chunk_size=10)
    print(len(next(frames)))
"""


@pytest.mark.parametrize(
    "ending",
    [
        "    frames.close(); client.close()",
        "    client.close(); del frames; gc.collect()",
        "    client.close()",
        "",
    ],
    ids=["stream, client", "client, stream", "client, exit", "exit"],
)
def test_a_stream_of_frames_left_open_ends_quietly(ending: str) -> None:
    program = textwrap.dedent(PROGRAM) + ending
    command = [sys.executable, "-W", "ignore::ResourceWarning", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "10\n", "")
