"""Programs with a blocking client end: after a fork, with things left open, at exit."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

HEAD = """
import atexit, gc, os, sys, warnings
from influx_core import blocking, ConfigError
url = sys.argv[1]
"""


def run(program: str, url: str = "memory://", *, seconds: float = 300) -> tuple[int, str, str]:
    ended = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", program, url],
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**os.environ, "INFLUX_BLOCK_PLUGINS": "parrot"},
    )
    return ended.returncode, ended.stdout, ended.stderr


def script(body: str) -> str:
    return HEAD + textwrap.dedent(body)


pytestmark = pytest.mark.slow

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@needs_fork
def test_a_client_used_before_a_fork_is_refused_in_the_child_at_once(fake_url):
    code, out, err = run(
        script("""
        client = blocking.InfluxDBClient(url)
        client.ping()
        if os.fork() == 0:
            try:
                client.ping()
            except ConfigError as error:
                print("child:", error, flush=True)
            client.close()
            os._exit(0)
        os.wait()
        print("parent:", bool(client.ping()))
        client.close()
        """),
        fake_url,
    )
    assert (code, err) == (0, "")
    assert "child: the client was used in process" in out
    assert "make a new client in the child process" in out
    assert "parent: True" in out


@needs_fork
def test_a_client_that_was_not_used_works_on_both_sides_of_a_fork(fake_url):
    code, out, err = run(
        script("""
        client = blocking.InfluxDBClient(url)
        child = os.fork()
        os.write(1, b"%r\\n" % bool(client.ping()))  # at once: both processes write
        client.close()
        if child:
            os.wait()
        """),
        fake_url,
    )
    assert (code, out, err) == (0, "True\nTrue\n", "")


@needs_fork
def test_a_pool_of_forked_processes_gets_the_error_and_does_not_hang(fake_url):
    code, out, err = run(
        script("""
        import multiprocessing
        client = blocking.InfluxDBClient(url)
        client.ping()
        def work(_):
            try:
                client.ping()
            except ConfigError as error:
                return "forked" in str(error)
        with multiprocessing.get_context("fork").Pool(2) as pool:
            print(pool.map(work, range(2)))
        client.close()
        """),
        fake_url,
    )
    assert (code, out) == (0, "[True, True]\n"), err


@needs_fork
def test_a_child_that_exits_leaves_the_writer_to_its_parent(fake_url):
    code, out, err = run(
        script("""
        client = blocking.InfluxDBClient(url, "forked_writer")
        client.create_database("forked_writer")
        writer = client.writer(flush_interval=60).__enter__()
        writer.put(("m", {}, {"f": 1}, 1))
        if os.fork() == 0:
            sys.exit(0)
        os.wait()
        writer.close()
        print(client.execute("SELECT count(f) FROM m").scalar())
        client.drop_database("forked_writer")
        client.close()
        """),
        fake_url,
    )
    assert (code, out) == (0, "1\n"), err


@pytest.mark.parametrize("place", ["stream", "globals()['kept']"])
def test_a_stream_left_open_does_not_keep_the_interpreter(fake_url, place):
    code, out, err = run(
        script(f"""
        client = blocking.InfluxDBClient(url, "left_open")
        client.create_database("left_open")
        client.write_many([("m", {{}}, {{"f": i}}, i) for i in range(100)])
        {place} = client.stream("SELECT f FROM m", chunk_size=10)
        print(len(next({place})))
        """),
        fake_url,
    )
    assert (code, out, err) == (0, "10\n", "")


def test_a_call_in_del_at_the_end_does_not_keep_the_interpreter(fake_url):
    code, out, _ = run(
        script("""
        class Holder:
            def __init__(self):
                self.client = blocking.InfluxDBClient(url)
                self.client.ping()
            def __del__(self):
                self.client.ping()
        kept = Holder()
        print("end")
        """),
        fake_url,
    )
    assert (code, out) == (0, "end\n")


@pytest.mark.parametrize(
    "ending",
    ["pass", "atexit.register(writer.close)", "atexit.register(client.close)", "sys.exit(0)"],
)
def test_a_writer_that_nobody_left_delivers_at_exit(fake_url, ending):
    body = f"""
    client = blocking.InfluxDBClient(url, "at_exit")
    client.create_database("at_exit")
    writer = client.writer(flush_interval=1000, close_timeout=60)
    writer.__enter__()
    writer.put(("m", {{}}, {{"f": 1}}, 1))
    {ending}
    """
    code, out, err = run(script(body), fake_url)
    assert (code, out, err) == (0, "", "")
    counted = """
    client = blocking.InfluxDBClient(url, "at_exit")
    print(client.execute("SELECT count(f) FROM m").scalar())
    client.drop_database("at_exit")
    client.close()
    """
    assert run(script(counted), fake_url)[1] == "1\n"


def test_points_that_cannot_be_delivered_at_exit_are_told_on_stderr():
    code, _, err = run(
        script("""
        client = blocking.InfluxDBClient(url, "x")
        writer = client.writer(flush_interval=60, close_timeout=0.2)
        writer.__enter__()
        writer.put(("m", {}, {"f": 1}, 1))
        """),
        "http://127.0.0.1:1",
    )
    assert code == 0
    assert "a batch writer was not closed" in err
    assert "1 point" in err


def test_an_unclosed_client_warns_and_is_collected_with_its_thread(fake_url):
    code, out, err = run(
        script("""
        import threading
        warnings.simplefilter("always")
        client = blocking.InfluxDBClient(url)
        client.ping()
        del client
        threads = [t for t in threading.enumerate() if t.name == "influx"]
        gc.collect()
        for t in threads:
            t.join(60)
        print(len(threads), [t.is_alive() for t in threads])
        """),
        fake_url,
    )
    assert (code, out) == (0, "1 [False]\n")
    assert "ResourceWarning: unclosed <blocking InfluxDBClient " in err


def test_a_call_from_the_thread_of_its_own_loop_is_refused(fake_url):
    code, out, err = run(
        script("""
        client = blocking.InfluxDBClient(url)
        async def call():
            try:
                client.ping()
            except ConfigError as error:
                return str(error)
        print(client.event_loop_thread.run(call()))
        client.close()
        """),
        fake_url,
    )
    assert (code, err) == (0, "")
    assert "would wait for itself" in out
