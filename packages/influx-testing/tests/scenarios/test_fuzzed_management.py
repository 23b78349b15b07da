"""Whatever a request to the management API of 2.x holds, the fake answers it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB
from influx_testing._flavors.registry import FLAVORS

pytestmark = pytest.mark.slow

ROUTES = [
    (method, path)
    for path, methods in sorted(FLAVORS["2.x"].routes.items())
    for method in methods
    if "query" not in path
]
NAMES = [
    "name",
    "orgID",
    "org",
    "description",
    "retentionRules",
    "permissions",
    "properties",
    "arguments",
    "flux",
    "every",
    "cron",
    "status",
    "query",
    "type",
    "labelID",
    "id",
    "database",
    "retention_policy",
    "default",
    "bucketID",
    "password",
    "username",
    "bucket",
    "start",
    "stop",
    "predicate",
    "scheduledFor",
    "secrets",
    "x",
    "usingView",
    "remoteID",
    "token",
]
PARAMETERS = [
    "org",
    "orgID",
    "id",
    "name",
    "limit",
    "offset",
    "after",
    "descending",
    "sortBy",
    "bucket",
    "db",
    "rp",
    "bucketID",
]
IDS = [f"0c0ffee0000000{number:02x}" for number in range(10)]
SCALARS = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        2**70,
        1.5,
        "",
        "a",
        "\ud800",
        "my-org",
        "active",
        *IDS,
        "2026-01-01T00:00:00Z",
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from([*NAMES, "action", "resource", "everySeconds"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6) | VALUES
PARAMS = st.dictionaries(
    st.sampled_from(PARAMETERS),
    st.sampled_from(["", "a", "5", "9" * 30, "-1", "my-org", "\ud800", *IDS]),
    max_size=3,
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from(ROUTES), BODIES, PARAMS, st.sampled_from(IDS)), max_size=6)
)
def test_every_request_is_answered(requests: list[Any]) -> None:
    fake = FakeInfluxDB("2.x", clock=lambda: 1_700_000_000_000_000_000)
    for (method, path), body, params, id_ in requests:
        url = "/".join(id_ if part.startswith("{") else part for part in path.split("/"))
        data = json.dumps(body).encode()
        headers = {"authorization": "Token my-token"}
        response = fake.handle(Request(method, url, tuple(params.items()), headers, data))
        text = b"".join(response.pieces)
        assert response.status != 500, (method, url, body, params, text, fake.failures)
