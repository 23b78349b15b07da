"""Forks of every kind: what was acknowledged stays, and a child gets an error instead of a hang."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

import pytest

from influx_core._spool.sqlite_spool import SQLiteSpool

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
]


def first_of(names: Iterable[str]) -> list[object]:
    """Parameters of which only the first is tried every time; the others take long."""
    first, *others = names
    return [first, *(pytest.param(name, marks=pytest.mark.slow) for name in others)]


HANGS = 300
"""Seconds after which a process hangs; a busy machine takes half a minute to import."""

PARENT = """
    import asyncio, multiprocessing, os, signal, subprocess, sys, warnings
    warnings.simplefilter("ignore")
    from influx_core import InfluxDBClient, WriterClosed, blocking
    from influx_core.errors import InfluxDBError

    def wait(pid):
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def nothing():
        pass
"""

CHILDREN = {
    "exits": "sys.exit()",
    "exits at once": "os._exit(0)",
    "fails": "raise KeyError",
    "closes": "writer.close(); os._exit(0)",
    "collects garbage": "import gc; del writer, client; gc.collect(); sys.exit()",
}

BLOCKING = """
def main(path):
    settings = dict(spool={{"type": "sqlite", "path": path}}, batch_points=1)
    client = blocking.InfluxDBClient("http://127.0.0.1:1", db="d")
    with client.writer(**settings) as writer:
        for n in range(5):
            writer.put(("m", {{}}, {{"f": n}}, n)).result()
        {fork}
        for n in range(5, 10):
            writer.put(("m", {{}}, {{"f": n}}, n)).result()
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    main(sys.argv[1])
"""

# A child that leaves the event loop of its parent takes the parent's pipe out of the parent's
# epoll object, which they share. So the parent waits for nothing afterwards.
ASYNCIO = """
async def main(path):
    settings = dict(spool={{"type": "sqlite", "path": path}}, batch_points=1)
    async with InfluxDBClient("http://127.0.0.1:1", db="d") as client:
        async with client.writer(**settings) as writer:
            for n in range(10):
                await (await writer.put(("m", {{}}, {{"f": n}}, n)))
            {fork}
            os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
"""


def run(source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = textwrap.dedent(PARENT) + textwrap.dedent(source)
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )


def batches_in(path: Path) -> int:
    spool = SQLiteSpool(path)
    try:
        return len(spool.open())
    finally:
        spool.close()


@pytest.mark.parametrize("child", first_of(CHILDREN))
@pytest.mark.parametrize("program", [BLOCKING, ASYNCIO], ids=["blocking", "asyncio"])
def test_no_durable_point_is_lost_whatever_a_forked_child_does(tmp_path, program, child):
    path = tmp_path / "spool"
    action = CHILDREN[child]
    if program is ASYNCIO:
        action = action.replace("writer.close()", "await writer.aclose()")
    fork = f"if (pid := os.fork()) == 0: {action}\n{{0}}wait(pid)"
    done = run(program.format(fork=fork.format(" " * (12 if program is ASYNCIO else 8))), str(path))
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert batches_in(path) == 10


@pytest.mark.slow
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_no_durable_point_is_lost_when_a_process_is_made(tmp_path, method):
    path, script = tmp_path / "spool", tmp_path / "program.py"
    fork = (
        f"process = multiprocessing.get_context({method!r}).Process(target=nothing); "
        "process.start(); process.join()"
    )
    script.write_text(textwrap.dedent(PARENT) + BLOCKING.format(fork=fork))
    done = subprocess.run(
        [sys.executable, script, path], capture_output=True, timeout=HANGS, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert batches_in(path) == 10


@pytest.mark.slow
def test_no_durable_point_is_lost_when_another_program_is_started(tmp_path):
    path = tmp_path / "spool"
    fork = 'subprocess.run([sys.executable, "-c", ""], preexec_fn=nothing)'
    assert run(BLOCKING.format(fork=fork), str(path)).returncode == -signal.SIGKILL
    assert batches_in(path) == 10


@pytest.mark.slow
def test_a_child_that_outlives_its_parent_does_not_keep_the_spool_locked(tmp_path):
    path = tmp_path / "spool"
    sleep = "import time; os.close(0); os.close(1); os.close(2); time.sleep(300); os._exit(0)"
    fork = f"if (pid := os.fork()) == 0: {sleep}\n        print(pid, flush=True)"
    done = run(BLOCKING.format(fork=fork), str(path))
    try:
        assert batches_in(path) == 10
    finally:
        os.kill(int(done.stdout), signal.SIGKILL)


def test_a_forked_child_that_puts_gets_an_error_at_once(tmp_path):
    done = run(
        """
        async def main():
            async with InfluxDBClient("http://127.0.0.1:1", db="d") as client:
                async with client.writer(dead_letter=print, close_timeout=0) as writer:
                    receipt = await writer.put(("m", {}, {"f": 1}, 1))
                    if (pid := os.fork()) == 0:
                        for call in (lambda: writer.put(("m", {}, {"f": 1}, 1)), writer.flush):
                            try:
                                await call()
                            except WriterClosed as error:
                                print("forked" in str(error))
                        try:
                            await receipt
                        except InfluxDBError as error:
                            print("parent" in str(error))
                        sys.stdout.flush()
                        os._exit(0)
                    wait(pid)
        asyncio.run(main())
        """
    )
    assert done.stdout.split()[:3] == ["True", "True", "True"], done.stderr


@pytest.mark.parametrize("call", first_of(["put", "put_many", "put_lines", "flush", "result"]))
def test_a_blocking_writer_in_a_forked_child_fails_at_once_and_the_parent_goes_on(fake_url, call):
    calls = {
        "put": 'writer.put(("m", {}, {"f": 1}, 1), timeout=1)',
        "put_many": 'writer.put_many([("m", {}, {"f": 1}, 1)])',
        "put_lines": 'writer.put_lines(b"m f=1 1")',
        "flush": "writer.flush(1)",
        "result": "receipt.result(1)",
    }
    done = run(
        f"""
        client = blocking.InfluxDBClient({fake_url!r}, db="forks")
        client.create_database("forks")
        with client.writer(flush_interval=100) as writer:
            receipt = writer.put(("m", {{}}, {{"f": 1}}, 1))
            if (pid := os.fork()) == 0:
                try:
                    {calls[call]}
                except InfluxDBError as error:
                    print(type(error).__name__, flush=True)
                sys.exit()
            wait(pid)
        print(client.execute("SELECT f FROM m").series[0].values[0][1])
        client.close()
        """
    )
    assert done.stdout.split()[0] in ("WriterClosed", "ConfigError"), done.stderr
    assert float(done.stdout.split()[1]) == 1, done.stderr


@pytest.mark.parametrize(
    "child",
    first_of(
        [
            "sys.exit()",
            "import gc; del client; gc.collect(); os._exit(0)",
            "client.close(); os._exit(0)",
        ]
    ),
)
def test_connections_of_a_blocking_client_outlive_the_exit_of_a_forked_child(fake_url, child):
    done = run(
        f"""
        client = blocking.InfluxDBClient({fake_url!r}, timeout=60)
        client.ping()
        if (pid := os.fork()) == 0:
            {child}
        wait(pid)
        print(client.ping())
        client.close()
        """
    )
    assert (done.stdout, done.stderr) == ("1.6.7\n", "")


@pytest.mark.parametrize(
    "child",
    first_of(
        ["await client.aclose()", "await response.aclose()", "import gc; del client; gc.collect()"]
    ),
)
def test_requests_of_an_asyncio_client_outlive_what_a_forked_child_closes(fake_url, child):
    done = run(
        f"""
        async def main():
            async with InfluxDBClient({fake_url!r}, db="kept", timeout=60) as client:
                await client.create_database("kept")
                await client.write_many(("m", {{}}, {{"f": n}}, n) for n in range(100_000))
                response = client.stream("SELECT f FROM m", chunk_size=1_000)
                found = len(await anext(response))
                if (pid := os.fork()) == 0:
                    try:
                        {child}
                    finally:
                        os._exit(0)
                wait(pid)
                async for series in response:
                    found += len(series)
                print(found)

        asyncio.run(main())
        """
    )
    assert (done.stdout, done.stderr) == ("100000\n", "")


def test_an_asyncio_client_in_a_forked_child_says_to_make_a_new_one(fake_url):
    done = run(
        f"""
        async def main():
            async with InfluxDBClient({fake_url!r}) as client:
                await client.ping()
                if (pid := os.fork()) == 0:
                    try:
                        await client.ping()
                    except InfluxDBError as error:
                        print(type(error).__name__, error, flush=True)
                    os._exit(0)
                wait(pid)

        asyncio.run(main())
        """
    )
    assert done.stdout.startswith("ConfigError the client was used in the process from which"), (
        done.stderr
    )


@pytest.mark.slow
def test_a_pool_of_forked_workers_with_clients_of_their_own_writes(fake_url):
    done = run(
        f"""
        def work(n):
            with blocking.InfluxDBClient({fake_url!r}, db="pool") as client:
                with client.writer() as writer:
                    writer.put(("m", {{}}, {{"f": n}}, n))

        with blocking.InfluxDBClient({fake_url!r}, db="pool") as client:
            client.create_database("pool")
            with client.writer() as writer:
                writer.put(("m", {{}}, {{"f": -1}}, 100))
                with multiprocessing.get_context("fork").Pool(2) as pool:
                    pool.map(work, range(4))
            print(len(client.execute("SELECT f FROM m").series[0]))
        """
    )
    assert done.stdout.strip() == "5", done.stderr
