"""A forked process: gRPC hangs there, so it is refused, and nothing of it is destroyed."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

PROGRAM = """
import asyncio, os, sys, warnings
from influx_core import ConfigError, InfluxDBClient, blocking

warnings.simplefilter("ignore")
OPTIONS = {"db": "d", "api": "v3", "transport": "flight"}

def in_a_fork(work):
    sys.stdout.flush()
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        print("exit", os.waitstatus_to_exitcode(status))
        return
    try:
        work()
    except ConfigError as error:
        print(error)
    sys.stdout.flush()
    sys.exit(3)

async def main():
    client = InfluxDBClient(sys.argv[1], **OPTIONS)
    pieces = client.stream_sql("fork")
    await anext(pieces)
    loop = asyncio.get_running_loop()
    def new():
        async def ask():
            async with InfluxDBClient(sys.argv[1], **OPTIONS) as other:
                await other.query_sql("fork")
        asyncio._set_running_loop(None)
        asyncio.new_event_loop().run_until_complete(ask())
    def same():
        asyncio._set_running_loop(None)
        asyncio.new_event_loop().run_until_complete(client.query_sql("fork"))
    def close():
        asyncio._set_running_loop(None)
        asyncio.new_event_loop().run_until_complete(client.aclose())
    in_a_fork(new)
    in_a_fork(same)
    in_a_fork(close)
    in_a_fork(lambda: None)
    print("rows", sum([len(piece) async for piece in pieces]))
    await client.aclose()

asyncio.run(main())
"""


@pytest.mark.slow
def test_a_forked_process_is_told_to_use_spawn_and_ends(flight_server):
    import pyarrow as pa
    import pyarrow.flight as fl

    batch = pa.record_batch({"n": [1]})
    flight_server.answer("fork", lambda: fl.GeneratorStream(batch.schema, iter([batch] * 3)))
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), flight_server.url],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    printed = run.stdout.splitlines()
    assert [line for line in printed if line.startswith("exit")] == ["exit 3"] * 4, run.stderr
    refused = [line for line in printed if "gRPC does not work in a forked process" in line]
    assert len(refused) == 2
    assert "multiprocessing.get_context('spawn')" in refused[0]
    assert printed[-1] == "rows 2"
