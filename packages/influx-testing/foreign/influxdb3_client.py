"""influxdb3-python 0.21 with the fake of 3.x: both paths, batches and frames; reads over HTTP."""

from __future__ import annotations

import json
import sys
import urllib.parse
import urllib.request

import pandas as pd
from influxdb_client_3 import (
    SYNCHRONOUS,
    InfluxDBClient3,
    Point,
    WriteOptions,
    write_client_options,
)

url = sys.argv[1]


def count() -> int:
    query = urllib.parse.urlencode({"q": "SELECT count(v) FROM cpu", "db": "data"})
    request = urllib.request.Request(f"{url}/query?{query}", headers={"Authorization": "Bearer t"})
    with urllib.request.urlopen(request) as answer:
        found: int = json.load(answer)["results"][0]["series"][0]["values"][0][1]
        return found


def write(time: int, *, packed: bool = False, **options: object) -> None:
    write_options = WriteOptions(write_type=SYNCHRONOUS.write_type, **options)
    with InfluxDBClient3(
        host=url,
        token="t",
        database="data",
        enable_gzip=packed,
        write_client_options=write_client_options(write_options=write_options),
    ) as client:
        client.write(Point("cpu").field("v", 1.5).time(time))


write(1)
write(2, packed=True)
for time, options in enumerate(({}, {"no_sync": True}, {"accept_partial": False}), start=3):
    write(time, use_v2_api=False, **options)
write(6, packed=True, use_v2_api=False)
assert count() == 6, count()


def write_batches(first: int, **options: object) -> None:
    write_options = WriteOptions(batch_size=7, flush_interval=500, **options)
    with InfluxDBClient3(
        host=url,
        token="t",
        database="data",
        write_client_options=write_client_options(write_options=write_options),
    ) as client:
        for time in range(first, first + 20):
            client.write(f"cpu v=2.5 {time}")


def write_frame(first: int, **options: object) -> None:
    times = pd.to_datetime(range(first, first + 20))
    frame = pd.DataFrame({"time": times, "host": "a", "v": 3.5, "n": range(20)})
    write_options = WriteOptions(write_type=SYNCHRONOUS.write_type, **options)
    with InfluxDBClient3(
        host=url,
        token="t",
        database="data",
        write_client_options=write_client_options(write_options=write_options),
    ) as client:
        client.write_dataframe(frame, measurement="cpu", timestamp_column="time", tags=["host"])


for first, options in ((100, {}), (200, {"use_v2_api": False})):
    write_batches(first, **options)
    write_frame(first, **options)
assert count() == 86, count()
