from __future__ import annotations

import pytest

from influx_testing._engine.catalog.retention_policies import (
    DAY,
    HOUR,
    PolicySpec,
    StoredPolicy,
    check_duration,
    is_destination,
    shard_duration,
)
from influx_testing.errors import StatementError


@pytest.mark.parametrize(
    ("wanted", "duration", "expected"),
    [
        (0, 0, 7 * DAY),
        (0, 180 * DAY, 7 * DAY),
        (0, 2 * DAY, DAY),
        (0, HOUR, HOUR),
        (1, HOUR, HOUR),
        (3 * DAY, 30 * DAY, 3 * DAY),
    ],
)
def test_shards_are_as_long_as_documented(wanted: int, duration: int, expected: int) -> None:
    assert shard_duration(wanted, duration) == expected


def test_policies_are_no_shorter_than_an_hour() -> None:
    with pytest.raises(StatementError, match="must be at least 1h0m0s"):
        check_duration(HOUR - 1)


def test_policies_are_no_shorter_than_their_shards() -> None:
    with pytest.raises(StatementError, match="greater than the shard duration"):
        PolicySpec(duration=2 * HOUR, shard_duration=DAY).policy()


def test_weekly_shards_begin_on_mondays() -> None:
    shard = StoredPolicy("p").add_shard(1, 0)
    assert (shard.start, shard.end) == (-3 * DAY, 4 * DAY)


def test_shards_are_found_by_time() -> None:
    policy = StoredPolicy("p", shard_duration=HOUR)
    shard = policy.add_shard(1, 5 * HOUR)
    assert policy.shard_at(6 * HOUR - 1) is shard
    assert policy.shard_at(6 * HOUR) is None


def test_shards_go_when_their_last_point_is_too_old() -> None:
    policy = StoredPolicy("p", duration=HOUR, shard_duration=HOUR)
    shard = policy.add_shard(1, 0)
    assert policy.expired(2 * HOUR - 1) == []
    assert policy.expired(2 * HOUR) == [shard]


@pytest.mark.parametrize(
    ("spec", "matches"),
    [
        (PolicySpec(), True),
        (PolicySpec("p", 30 * DAY, 1, DAY), True),
        (PolicySpec("q"), False),
        (PolicySpec(duration=DAY), False),
        (PolicySpec(replication=2), False),
        (PolicySpec(shard_duration=HOUR), False),
    ],
)
def test_a_policy_is_compared_with_what_is_said_of_it(spec: PolicySpec, matches: bool) -> None:
    assert spec.matches(StoredPolicy("p", 30 * DAY, DAY, 1)) == matches


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("http://host:8086", True),
        ("https://user:pw@host:1/path?x=1", True),
        ("udp://[::1]:9", True),
        ("http://host", False),
        ("ftp://host:1", False),
        ("host:1", False),
        ("http://host:abc", False),
        ("", False),
    ],
)
def test_writes_are_copied_to_urls_with_a_port(url: str, is_one: bool) -> None:
    assert is_destination(url) == is_one
