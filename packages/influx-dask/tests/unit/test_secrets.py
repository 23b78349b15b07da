"""What is sent to workers shows no secrets, though it has them."""

from __future__ import annotations

import pickle

import pytest

pytest.importorskip("distributed")

from dask.tokenize import tokenize

from influx_copy import CopyOptions, CopyRange, RunSettings
from influx_core import ConfigError
from influx_dask._cluster.server_url import ServerURL
from influx_dask._copy.range_task import RangeTask
from influx_dask._write.partition_writer import PartitionWriter

URLS = [
    "http://me:hunter2@localhost:8086/db",
    "http://localhost:8086/db?username=me&password=hunter2",
    "https://localhost/db?api=v2&org=o&token=hunter2",
    "https://localhost/db?api=v3&token=hunter2",
]


@pytest.mark.parametrize("url", URLS)
def test_a_server_shows_no_secrets_and_keeps_them_in_a_pickle(url):
    server = ServerURL(url)
    assert "hunter2" not in repr(server) + str(server) + f"{server}" + server.server
    assert "hunter2" not in repr(server.__dask_tokenize__())
    assert pickle.loads(pickle.dumps(server)).copy_url == server.copy_url
    assert "hunter2" in server.copy_url


@pytest.mark.parametrize("url", URLS)
def test_tasks_show_no_secrets(url):
    writer = PartitionWriter(ServerURL(url), "m", {}, 1.0, None, "1")
    range_ = CopyRange("db", "rp", "m", 0, 10)
    task = RangeTask(range_, url, url, "http://localhost", CopyOptions(), RunSettings(), "1")
    assert "hunter2" not in repr(writer) + repr(task)
    assert pickle.loads(pickle.dumps(task)) == task


def test_the_names_of_tasks_do_not_depend_on_secrets():
    one, other = (ServerURL(f"http://me:{word}@localhost/db") for word in ("hunter2", "letmein"))
    assert tokenize(one) == tokenize(other)
    assert tokenize(one) != tokenize(ServerURL("http://me:hunter2@localhost/elsewhere"))


@pytest.mark.parametrize(
    "url",
    ["http://me:hunter2@localhost", "ftp://me:hunter2@localhost/db", "me:hunter2@localhost/db",
     "http://me:hunter2@localhost/db?api=v9"],
)  # fmt: skip
def test_a_wrong_url_is_refused_without_its_secrets(url):
    with pytest.raises(ConfigError) as caught:
        ServerURL(url)
    assert "hunter2" not in str(caught.value)
