"""The contract of an auth: it adds credentials to a request, and does nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from influx_core.interfaces import Auth, Request

__all__ = ["AuthSuite"]

NOW = 1_600_000_000.0


class AuthSuite:
    """Tests for any auth; a subclass creates it in `make`.

    Attributes:
        secret: a part of the credentials that must never be shown; empty if there is none.
    """

    secret: str = ""

    def make(self) -> Auth:
        """Return a new auth."""
        raise NotImplementedError("make() must return the auth")

    def request(self) -> Request:
        """A request in which every attribute is set."""
        return Request(
            "POST",
            "/query",
            (("db", "x"),),
            {"accept": "application/json"},
            b"q=1",
            "http://localhost:8086",
            5.0,
        )

    def test_the_request_itself_is_left_as_it_was(self) -> None:
        request = self.request()
        self.make().sign(request, NOW)
        assert request == self.request()

    def test_signing_adds_and_changes_nothing_that_was_there(self) -> None:
        before = self.request()
        signed = self.make().sign(before, NOW)
        assert signed.params[: len(before.params)] == before.params
        assert {name: signed.headers.get(name) for name in before.headers} == before.headers
        assert replace(signed, params=before.params, headers=before.headers) == before

    def test_names_of_headers_are_in_lower_case(self) -> None:
        headers = self.make().sign(self.request(), NOW).headers
        assert [name for name in headers if name != name.lower()] == []

    def test_the_same_request_at_the_same_time_is_signed_the_same(self) -> None:
        auth = self.make()
        assert auth.sign(self.request(), NOW) == auth.sign(self.request(), NOW)

    def test_the_clock_of_the_machine_does_not_matter(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signed = self.make().sign(self.request(), NOW)
        monkeypatch.setattr("time.time", lambda: NOW + 1_000)
        monkeypatch.setattr("time.time_ns", lambda: int(NOW + 1_000) * 10**9)
        assert self.make().sign(self.request(), NOW) == signed

    def test_a_request_without_anything_can_be_signed(self) -> None:
        before = Request("GET", "/ping")
        signed = self.make().sign(before, NOW)
        assert replace(signed, params=(), headers={}) == before

    def test_credentials_are_added(self) -> None:
        signed = self.make().sign(self.request(), NOW)
        assert not self.secret or signed != self.request()

    def test_a_signed_request_can_be_signed_again(self) -> None:
        """A retry signs again; the credentials must not accumulate."""
        auth = self.make()
        once = auth.sign(self.request(), NOW)
        assert auth.sign(self.request(), NOW) == once
        assert set(once.headers) <= set(auth.sign(once, NOW).headers)

    def test_names_and_values_are_text_of_one_line(self) -> None:
        signed = self.make().sign(self.request(), NOW)
        texts: list[object] = [
            text for pair in (*signed.params, *signed.headers.items()) for text in pair
        ]
        assert [text for text in texts if not isinstance(text, str) or "\n" in text] == []

    def test_no_secret_is_shown(self) -> None:
        auth = self.make()
        shown = f"{auth!r} {auth} {auth.sign(self.request(), NOW)!r}"
        assert not self.secret or self.secret not in shown
