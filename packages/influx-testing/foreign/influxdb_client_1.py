"""influxdb 5.3.2: requests 1 to 8. Its default format is MessagePack, for errors as well."""

from __future__ import annotations

import sys

import msgpack
from influxdb import InfluxDBClient
from influxdb.exceptions import InfluxDBClientError

host, port = sys.argv[1].removeprefix("http://").split(":")
POINT = {"measurement": "cpu", "tags": {"host": "a"}, "fields": {"v": 1.5, "n": 2}, "time": 1}


def check(client: InfluxDBClient, name: str) -> None:
    assert client.ping() == "1.6.7"
    client.create_database(name)
    client.switch_database(name)
    assert client.write_points([POINT, {**POINT, "time": 2}])
    rows = list(client.query("SELECT v, n FROM cpu", epoch="ns").get_points())
    assert rows == [{"time": time, "v": 1.5, "n": 2} for time in (1, 2)], rows
    try:
        client.write_points([{**POINT, "fields": {"v": "text"}}])
    except InfluxDBClientError as error:
        assert error.code == 400 and "field type conflict" in error.content, error
    else:
        raise AssertionError("a conflict was not told")
    client.query(f'DELETE FROM cpu WHERE time = 1; SHOW SERIES ON "{name}"', method="POST")
    assert len(list(client.query("SELECT v FROM cpu").get_points())) == 1


plain = InfluxDBClient(host, int(port))
check(plain, "plain")
check(InfluxDBClient(host, int(port), gzip=True), "packed")
check(InfluxDBClient(host, int(port), headers={"Accept": "application/json"}), "json")
plain.switch_database("plain")
plain.write_points([POINT])

for value in ("a", 1, 1.5, True):
    params = {
        "params": f'{{"x": {str(value).lower() if value != "a" else chr(34) + "a" + chr(34)}}}'
    }
    plain.query("SELECT v FROM cpu WHERE host = $x OR n = $x", params, epoch="ns")
found = plain.query("SELECT v FROM cpu WHERE host = $x", bind_params={"x": "a"})
assert len(list(found.get_points())) == 2, found
try:
    plain.query("SELECT v FROM cpu WHERE host = $x")
except InfluxDBClientError as error:
    assert "missing parameter: x" in error.content, error
else:
    raise AssertionError("a missing parameter was not told")

try:
    plain.query("SELECT v FROM cpu", chunked=True, chunk_size=1)
except msgpack.exceptions.ExtraData:
    pass  # two documents, one after the other, which this client cannot read
else:
    raise AssertionError("chunks came as one document")

own = InfluxDBClient(host, int(port), headers={"Authorization": "Bearer x.y.z"})
assert {"name": "plain"} in own.get_list_database()
