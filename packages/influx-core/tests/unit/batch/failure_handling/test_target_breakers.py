"""TargetBreakers: only the database that refused waits."""

from __future__ import annotations

from influx_core._batch.failure_handling.target_breakers import TargetBreakers, WriteScope
from influx_core.interfaces import Target

A, B = Target("a"), Target("b")


def test_only_the_database_that_refused_waits():
    breakers = TargetBreakers()
    assert breakers.block(A, 0.0, 30.0)
    assert not breakers.block(A, 1.0, 30.0)
    assert (breakers.allows(A, 5.0), breakers.allows(B, 5.0)) == (False, True)
    assert breakers.next_at(5.0) == 31.0


def test_a_precision_or_consistency_is_no_scope_of_its_own():
    breakers = TargetBreakers()
    breakers.block(A, 0.0, 30.0)
    assert not breakers.allows(Target("a", precision="s", consistency="all"), 1.0)
    assert breakers.allows(Target("a", "rp"), 1.0)
    assert WriteScope.of(Target("a", "rp", org="o")) == ("a", "rp", "o")


def test_one_request_at_a_time_tests_whether_it_may_write_again():
    breakers = TargetBreakers()
    breakers.block(A, 0.0, 30.0)
    assert breakers.allows(A, 30.0)
    breakers.request_started(A)
    assert not breakers.allows(A, 30.0)
    breakers.request_ended(A)
    assert breakers.allows(A, 30.0)


def test_a_success_removes_the_breaker():
    breakers = TargetBreakers()
    assert breakers.close(A, 0.0) is None
    breakers.block(A, 0.0, 30.0)
    assert breakers.close(A, 12.0) == 12.0
    assert breakers.allows(A, 12.0)
    assert breakers.next_at(12.0) is None
