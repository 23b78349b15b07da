"""influxdb-client 1.50 with the 2.x face: requests 26 and 27; reads back as 1.x does."""

from __future__ import annotations

import json
import sys
import urllib.parse
import urllib.request

from influxdb_client import InfluxDBClient, Point, WritePrecision
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException

url = sys.argv[1]


def ask(text: str) -> object:
    query = urllib.parse.urlencode({"q": text, "db": "data", "epoch": "ns"})
    request = urllib.request.Request(f"{url}/query?{query}", headers={"Authorization": "Token t"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["results"][0]["series"][0]["values"]


times = {WritePrecision.NS: 1, WritePrecision.US: 1, WritePrecision.MS: 1, WritePrecision.S: 1}
for packed in (False, True):
    with InfluxDBClient(url, token="t", org="org", enable_gzip=packed) as client:
        assert client.ping()
        assert client.health().status == "pass"
        with client.write_api(write_options=SYNCHRONOUS) as api:
            for bucket in ("data", "data/", "data/autogen"):
                for unit, time in times.items():
                    api.write(
                        bucket,
                        record=Point("cpu").field("v", 1.5).time(time, unit),
                        write_precision=unit,
                    )
            try:
                api.write("nosuch", record="cpu v=1")
            except ApiException as error:
                assert error.status == 404 and "nosuch" in error.body, error
            else:
                raise AssertionError("an unknown bucket was not told")
    assert ask("SELECT v FROM cpu") == [[10**power, 1.5] for power in (0, 3, 6, 9)]
