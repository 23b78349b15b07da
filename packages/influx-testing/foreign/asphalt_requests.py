"""asphalt-influxdb 2.1.0: requests 14 and 15, sent as they were measured.

influx-asphalt owns the same import paths, so that distribution is not installed beside it.
"""

from __future__ import annotations

import json
import sys
import urllib.parse
import urllib.request

url = sys.argv[1]


def ask(method: str, **params: str) -> list[object]:
    headers = {"Content-Type": "application/octet-stream"}
    path = f"{url}/query?{urllib.parse.urlencode(params)}"
    data = b"" if method == "POST" else None
    request = urllib.request.Request(path, data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return [json.loads(line) for line in answer.read().splitlines()]


assert ask("POST", q="CREATE DATABASE asphalt") == [{"results": [{"statement_id": 0}]}]
lines = b"cpu v=1 1\ncpu v=2 2"
with urllib.request.urlopen(f"{url}/write?db=asphalt", lines) as answer:
    assert answer.status == 204
first, second = ask(
    "GET", q="SELECT v FROM cpu", db="asphalt", chunked="true", chunk_size="1", epoch="ns"
)
assert first["results"][0]["partial"] and first["results"][0]["series"][0]["values"] == [[1, 1]]
assert "partial" not in second["results"][0] and second["results"][0]["series"][0]["values"] == [
    [2, 2]
]
