"""ApiRequest: a request to 2.x with the IDs of its path and the rights of its sender."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from influx_core.interfaces import Request
from influx_core.timestamps import to_rfc3339
from influx_testing._engine.catalog.bucket_catalog import BucketCatalog, StoredBucket
from influx_testing._engine.catalog.resource_store import Document, ResourceStore
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.identity import Identity
from influx_testing._flavors.v2.v2_replies import refuse

__all__ = ["ApiRequest", "V2Endpoint", "checked_id"]

_ID = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request, and the state that its endpoint works on.

    Attributes:
        server: the engine and the settings.
        http: the request.
        ids: the IDs in the path, by the names in its pattern.
        parameters: the parameters of the URL.
        identity: who sent the request.
    """

    server: ServerContext
    http: Request
    ids: Mapping[str, str]
    parameters: Parameters
    identity: Identity

    @property
    def resources(self) -> ResourceStore:
        """The resources of the server."""
        return self.server.engine.resources

    @property
    def buckets(self) -> BucketCatalog:
        """The buckets of the server."""
        return self.server.engine.buckets

    @property
    def now(self) -> str:
        """The time of the server in RFC 3339."""
        return to_rfc3339(self.server.engine.clock())

    def parameter(self, name: str) -> str:
        """A parameter of the URL; empty if it is missing."""
        return self.parameters.get(name)

    def id(self, name: str) -> str:
        """An ID of the path.

        Raises:
            Reply: it is not an ID.
        """
        return checked_id(self.ids[name])

    def json(self) -> Document:
        """The body, an object of JSON.

        Raises:
            Reply: the body is not an object of JSON.
        """
        value = self.json_value()
        if not isinstance(value, dict):
            raise refuse(400, "failed to decode request body: an object of JSON is required")
        return cast(Document, value)

    def json_value(self) -> Any:
        """The body, any document of JSON.

        Raises:
            Reply: the body is not JSON, or has text that is not Unicode.
        """
        try:
            value: Any = json.loads(self.http.body)
            json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise refuse(400, f"failed to decode request body: {error}") from error
        return value

    def require(self, action: str, type_: str, org_id: str = "", id_: str = "") -> None:
        """Check that the sender may read or write a resource.

        Raises:
            Reply: they may not.
        """
        if not self.identity.may(action, type_, org_id, id_):
            place = f"orgs/{org_id}/" if org_id and type_ != "orgs" else ""
            raise refuse(401, f"{action}:{place}{type_}{f'/{id_}' if id_ else ''} is unauthorized")

    def org(self, *, required: bool = True) -> Document | None:
        """The organization that the parameters `org` and `orgID` name.

        Raises:
            Reply: there is none, or none is named and one is required.
        """
        id_, name = self.parameter("orgID"), self.parameter("org")
        if id_:
            found = self.resources.find("orgs", checked_id(id_))
        elif name:
            found = self.resources.named("orgs", name) or self.resources.find("orgs", name)
        elif required:
            raise refuse(400, "Please provide either orgID or org")
        else:
            return None
        if found is None:
            text = f'organization name "{name}" not found' if name else "organization not found"
            raise refuse(404, text)
        return found

    def bucket(self, name: str, id_: str, org_id: str) -> StoredBucket:
        """The bucket of an organization with a name or an ID; an ID as the name will do.

        Raises:
            Reply: there is none.
        """
        found = self.buckets.by_id(id_) if id_ else self.buckets.find(org_id, name)
        found = found or (self.buckets.by_id(name) if _ID.fullmatch(name) else None)
        if found is None or found.org_id != org_id:
            raise refuse(404, f'bucket "{id_ or name}" not found')
        return found


V2Endpoint: TypeAlias = Callable[[ApiRequest], Reply]


def checked_id(text: str) -> str:
    """Return an ID.

    Raises:
        Reply: the text is not an ID.
    """
    if len(text) != 16:
        raise refuse(400, "id must have a length of 16 bytes")
    if not _ID.fullmatch(text) or not int(text, 16):
        raise refuse(400, "invalid ID")
    return text
