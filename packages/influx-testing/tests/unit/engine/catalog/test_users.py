from __future__ import annotations

import pytest

from influx_testing._engine.catalog.users import User, Users
from influx_testing.errors import StatementError


def test_a_user_may_what_was_granted() -> None:
    user = User("u", "p")
    user.grant("READ", "db0")
    assert user.may("READ", "db0")
    assert not user.may("WRITE", "db0")
    assert not user.may("READ", "db1")


def test_an_administrator_may_everything() -> None:
    assert User("u", "p", admin=True).may("WRITE", "anything")


def test_revoking_one_privilege_leaves_the_other() -> None:
    user = User("u", "p")
    user.grant("ALL PRIVILEGES", "db0")
    user.revoke("READ", "db0")
    assert user.privileges == {"db0": "WRITE"}


def test_what_was_revoked_altogether_is_still_listed() -> None:
    user = User("u", "p")
    user.grant("READ", "db0")
    user.revoke("ALL PRIVILEGES", "db0")
    assert user.privileges == {"db0": "NO PRIVILEGES"}


def test_creating_the_same_user_again_is_no_error() -> None:
    users = Users()
    users.create("u", "p", admin=False)
    users.create("u", "p", admin=False)
    with pytest.raises(StatementError, match="user already exists"):
        users.create("u", "other", admin=False)


def test_dropping_an_unknown_user_is_an_error() -> None:
    with pytest.raises(StatementError, match="user not found"):
        Users().drop("nobody")
