from __future__ import annotations

from collections.abc import Callable

import pytest

from influx_core.interfaces import Request
from influx_testing import faults
from influx_testing._faults.fault_plan import Chaos, FaultPlan, RequestMatcher, ScheduledFault
from influx_testing._inspection.request_log import LoggedRequest

FAULT = faults.status(500)


def entry(path: str = "/write", body: bytes = b"cpu v=1\nmem v=2", q: str = "") -> LoggedRequest:
    params = (("q", q),) if q else ()
    return LoggedRequest.of(Request("POST", path, params, body=body))


def applies(scheduled: ScheduledFault, *entries: LoggedRequest) -> list[bool]:
    plan = FaultPlan([scheduled])
    return [plan.choose(each) is FAULT for each in entries]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (RequestMatcher(), [True, True, True]),
        (RequestMatcher(path="/query"), [False, True, False]),
        (RequestMatcher(method="get"), [False, False, False]),
        (RequestMatcher(line="^mem"), [True, False, False]),
        (RequestMatcher(query="(?i)select"), [False, True, False]),
    ],
    ids=str,
)
def test_a_fault_strikes_the_requests_that_are_meant(
    where: RequestMatcher, expected: list[bool]
) -> None:
    entries = entry(), entry("/query", b"", "SELECT mem FROM b"), entry("/ping", b"")
    assert applies(ScheduledFault(FAULT, where, 1).always(), *entries) == expected


def test_a_fault_strikes_once_unless_told_otherwise() -> None:
    assert applies(ScheduledFault(FAULT, RequestMatcher(), 1), *[entry()] * 3) == [
        True,
        False,
        False,
    ]
    assert applies(ScheduledFault(FAULT, RequestMatcher(), 1).times(2), *[entry()] * 3) == [
        True,
        True,
        False,
    ]


def test_a_fault_can_begin_at_the_nth_request_that_is_meant() -> None:
    entries = entry(), entry("/ping"), entry(), entry()
    scheduled = ScheduledFault(FAULT, RequestMatcher(path="/write"), 2)
    assert applies(scheduled, *entries) == [False, False, True, False]


def test_of_two_faults_the_first_armed_strikes_first() -> None:
    other = faults.drop()
    plan = FaultPlan(
        [ScheduledFault(FAULT, RequestMatcher(), 1), ScheduledFault(other, RequestMatcher(), 1)]
    )
    assert [plan.choose(entry()) for _ in range(3)] == [FAULT, other, None]


def test_a_fault_that_never_struck_is_missed_unless_it_is_optional() -> None:
    used, missed = (
        ScheduledFault(FAULT, RequestMatcher(), 1),
        ScheduledFault(FAULT, RequestMatcher("/x"), 3),
    )
    plan = FaultPlan([used, missed, ScheduledFault(FAULT, RequestMatcher("/x"), 1).optional()])
    plan.choose(entry())
    assert plan.unused() == [missed]
    assert str(missed) == "status 500, path='/x', nth=3"


def test_chaos_is_the_same_for_the_same_seed() -> None:
    def names(seed: int) -> list[str]:
        chaos = Chaos(seed, 0.5)
        chosen = [chaos.choose(entry()) for _ in range(40)]
        return [fault.name if fault else "" for fault in chosen]

    assert names(1) == names(1) != names(2)
    assert 5 < sum(name == "" for name in names(1)) < 35


@pytest.mark.parametrize(
    ("misuse", "reason"),
    [
        (lambda: ScheduledFault(FAULT, RequestMatcher(), 0), "nth=0: .* the first"),
        (lambda: ScheduledFault(FAULT, RequestMatcher(), 1).times(0), "at least once"),
        (lambda: Chaos(1, 1.5), "rate=1.5: give a number from 0, never"),
        (lambda: RequestMatcher("write"), "path='write': a path begins with /"),
        (lambda: RequestMatcher("/write?db=x"), "has no parameters"),
        (lambda: faults.slow_headers(-1), "seconds=-1: a number of seconds is 0 or more"),
        (lambda: faults.slow_body(float("nan")), "seconds=nan: a number of seconds"),
        (lambda: faults.status(503, retry_after=-1), "retry_after=-1: a number of seconds"),
        (lambda: faults.partial_write("["), r"line='\[' is no regular expression"),
    ],
)
def test_what_makes_no_sense_is_refused(misuse: Callable[[], object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        misuse()


def test_chaos_needs_a_seed_that_repeats() -> None:
    with pytest.raises(TypeError, match="seed=None: give an integer"):
        Chaos(None)  # type: ignore[arg-type]
