"""V2Management: sends the requests that manage the resources of InfluxDB 2.x.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar, cast
from urllib.parse import quote

import msgspec

from influx_core._api.base import Configuration
from influx_core._client.session import ServerSession
from influx_core.errors import ConfigError, DecodeError, NotFound
from influx_core.interfaces import Request

__all__ = ["V2Management", "segment", "status_of"]

T = TypeVar("T")

Params: TypeAlias = Mapping[str, str | None]

_PAGE = 100
_ID = re.compile("[0-9a-f]{16}")


class V2Management:
    """Sends requests of the management API.

    Args:
        session: the session with the server.
        org: the organization of the client: its name or its ID.
    """

    def __init__(self, session: ServerSession, org: str | None) -> None:
        self._session = session
        self._org = org
        self._org_ids: dict[str, str] = {}

    async def ask(
        self,
        managed: Configuration,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        params: Params | None = None,
    ) -> Any:
        """Send a request; the document in the response, None if it has no body.

        Args:
            managed: what is managed.
            method: the HTTP method.
            path: the path below `/api/v2/`.
            body: the document to send; properties that are None are left out.
            params: the parameters of the URL; those that are None are left out.

        Raises:
            ConfigError: the server is not an InfluxDB 2.
            NotFound, AlreadyExists, ResponseError: it refused.
            DecodeError: the response is not JSON.
        """
        pairs = (params or {}).items()
        given = tuple((name, value) for name, value in pairs if value is not None)
        headers = {"accept": "application/json"}
        data = b""
        if body is not None:
            headers["content-type"] = "application/json"
            kept = {name: value for name, value in body.items() if value is not None}
            data = msgspec.json.encode(kept)
        url = f"/api/v2/{path}"
        request = Request(method, url, given, headers, data, operation="configure")
        said = await self._session.configure(managed, request)
        try:
            return msgspec.json.decode(said) if said else None
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise DecodeError(f"the response to {method} {url} is not JSON") from None

    async def listed(
        self,
        managed: Configuration,
        path: str,
        key: str,
        read: Callable[[object], T],
        **params: str | None,
    ) -> list[T]:
        """All resources of a list that has no pages.

        Args:
            managed: what is managed.
            path: the path below `/api/v2/`.
            key: the name of the list in the response.
            read: reads one resource.
            params: the parameters of the URL.
        """
        said = await self.ask(managed, "GET", path, params=params)
        return [read(value) for value in _list(said, key)]

    async def paged(
        self,
        managed: Configuration,
        path: str,
        key: str,
        read: Callable[[object], T],
        **params: str | None,
    ) -> list[T]:
        """All resources of a list in pages; the arguments are those of `listed`."""
        found: list[object] = []
        while True:
            where = {"limit": str(_PAGE), "offset": str(len(found)), **params}
            page = _list(await self.ask(managed, "GET", path, params=where), key)
            found += page
            if len(page) < _PAGE:
                return [read(value) for value in found]

    async def org(self, managed: Configuration, org: str | None) -> str:
        """The organization of a call: the given one, or that of the client.

        Raises:
            ConfigError: there is none, or the server is not an InfluxDB 2.
        """
        chosen = org or self._org
        if chosen is None:
            await self._session.require_configuration(managed)
            raise ConfigError("no organization: name one here, or as org= of the client")
        return chosen

    async def org_id(self, managed: Configuration, org: str | None) -> str:
        """The ID of the organization of a call; asks the server once for each name.

        Raises:
            NotFound: there is no such organization.
        """
        chosen = await self.org(managed, org)
        if chosen not in self._org_ids:
            self._org_ids[chosen] = await self._asked_org_id(managed, chosen)
        return self._org_ids[chosen]

    async def _asked_org_id(self, managed: Configuration, org: str) -> str:
        try:
            found = _list(await self.ask(managed, "GET", "orgs", params={"org": org}), "orgs")
        except NotFound:
            if not _ID.fullmatch(org):
                raise
            found = [await self.ask(managed, "GET", f"orgs/{org}")]
        if not found and _ID.fullmatch(org):
            return org  # the token may not read organizations
        if not found:
            raise ConfigError(f"the server has no organization {org!r} that this token may read")
        id_ = cast("dict[str, Any]", found[0]).get("id")
        if not isinstance(id_, str):
            raise DecodeError("an organization in the response has no id")
        return id_

    def forget_org_ids(self) -> None:
        """Forget the IDs of organizations, because they may have changed."""
        self._org_ids.clear()


def _list(said: object, key: str) -> list[object]:
    values = cast("dict[str, Any]", said).get(key) if isinstance(said, dict) else None
    if not isinstance(values, list):
        raise DecodeError(f"the response has no list of {key}")
    return cast("list[object]", values)


def segment(text: str) -> str:
    """An ID as a segment of a path."""
    return quote(text, safe="")


def status_of(active: bool | None) -> str | None:
    """The status of a resource that is active or not; None for None."""
    if active is None:
        return None
    return "active" if active else "inactive"
