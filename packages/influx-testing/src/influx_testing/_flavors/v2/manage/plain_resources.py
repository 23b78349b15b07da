"""The types of resources that the fake stores and returns without acting on them."""

from __future__ import annotations

from typing import Any

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint
from influx_testing._flavors.v2.manage.bucket_endpoints import BUCKETS
from influx_testing._flavors.v2.manage.resource_endpoints import (
    ResourceEndpoints,
    ResourceType,
    SettableProperty,
)
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse
from influx_testing.errors import FakeUnsupported

__all__ = ["TELEGRAFS", "VARIABLES", "plain_routes"]

_TEXT = SettableProperty()
_NAME = SettableProperty(required=True)
_FLAG = SettableProperty(bool, default=False)
_STATUS = SettableProperty(default="active")
_BOTH = ("PATCH", "PUT")

_VARIABLES = ResourceType(
    "variables",
    "variableID",
    "variable",
    {
        "name": _NAME,
        "description": _TEXT,
        "selected": SettableProperty(list),
        "arguments": SettableProperty(dict, required=True),
    },
    update_methods=_BOTH,
    has_members=False,
    is_unique=True,
)
_CHECKS = ResourceType(
    "checks",
    "checkID",
    "check",
    {"name": _NAME, "type": _NAME, "query": SettableProperty(dict), "status": _STATUS},
    is_open=True,
    update_methods=_BOTH,
    sub_paths=("query",),
    is_paged=True,
    is_unique=True,
)
_RULES = ResourceType(
    "notificationRules",
    "ruleID",
    "notification rule",
    {
        "name": _NAME,
        "type": _NAME,
        "endpointID": _NAME,
        "statusRules": SettableProperty(list, required=True),
        "status": _STATUS,
    },
    is_open=True,
    update_methods=_BOTH,
    sub_paths=("query",),
    is_paged=True,
    is_unique=True,
)
_ENDPOINTS = ResourceType(
    "notificationEndpoints",
    "endpointID",
    "notification endpoint",
    {"name": _NAME, "type": _NAME, "status": _STATUS},
    is_open=True,
    update_methods=_BOTH,
    is_paged=True,
    is_unique=True,
)
_SCRAPERS = ResourceType(
    "scrapers",
    "scraperTargetID",
    "scraper target",
    {
        "name": _NAME,
        "type": SettableProperty(default="prometheus"),
        "url": SettableProperty(required=True),
        "bucketID": SettableProperty(required=True),
        "allowInsecure": _FLAG,
    },
    list_key="configurations",
    times=(),
)
_TELEGRAFS = ResourceType(
    "telegrafs",
    "telegrafID",
    "telegraf configuration",
    {
        "name": SettableProperty(default=""),
        "description": SettableProperty(default=""),
        "config": SettableProperty(default=""),
        "metadata": SettableProperty(dict, default={"buckets": []}),
    },
    list_key="configurations",
    update_methods=("PUT",),
    times=(),
)
_SOURCE_TEXTS = (
    "telegraf",
    "token",
    "username",
    "password",
    "sharedSecret",
    "metaUrl",
    "defaultRP",
)
_SOURCES = ResourceType(
    "sources",
    "sourceID",
    "source",
    {
        "default": _FLAG,
        "name": _NAME,
        "type": SettableProperty(default="v2"),
        "url": SettableProperty(default=""),
        "insecureSkipVerify": _FLAG,
        **dict.fromkeys(_SOURCE_TEXTS, _TEXT),
    },
    sub_paths=("query", "health", "buckets"),
    has_labels=False,
    has_members=False,
    times=(),
)
_REMOTES = ResourceType(
    "remotes",
    "remoteID",
    "remote connection",
    {
        "name": _NAME,
        "description": _TEXT,
        "remoteURL": _NAME,
        "remoteAPIToken": _NAME,
        "remoteOrgID": _TEXT,
        "allowInsecureTLS": _FLAG,
    },
    has_labels=False,
    has_members=False,
    times=(),
)
_REPLICATIONS = ResourceType(
    "replications",
    "replicationID",
    "replication",
    {
        "name": _NAME,
        "description": _TEXT,
        "remoteID": _NAME,
        "localBucketID": _NAME,
        "remoteBucketID": _TEXT,
        "remoteBucketName": _TEXT,
        "maxQueueSizeBytes": SettableProperty(int, default=67_108_860),
        "dropNonRetryableData": _FLAG,
        "maxAgeSeconds": SettableProperty(int, default=604_800),
    },
    has_labels=False,
    has_members=False,
    times=(),
)


class VariableEndpoints(ResourceEndpoints):
    """The endpoints of variables."""

    def name_is_taken(self, document: Document) -> Reply:
        """The refusal of a name that another variable has."""
        text = f"variable is not unique for key {document['orgID']}/{document['name'].lower()}"
        return refuse(422, text, "conflict")

    def links(self, document: Document) -> dict[str, str]:
        """The links of a variable."""
        return super().links(document) | {"org": f"/api/v2/orgs/{document['orgID']}"}


class MonitoringEndpoints(ResourceEndpoints):
    """The endpoints of checks and rules, which the fake does not execute."""

    def routes(self) -> dict[str, dict[str, V2Endpoint]]:
        """Its endpoints by pattern and method."""
        query = f"{self.type.path}/{{{self.type.id_name}}}/query"
        return super().routes() | {query: {"GET": self.query}}

    def add(self, call: ApiRequest, document: Document) -> Document:
        """Store a new resource with its owner."""
        document["ownerID"] = call.identity.user_id
        return super().add(call, document)

    def query(self, call: ApiRequest) -> Reply:
        """Refuse the Flux that the server makes of a resource."""
        self.stored(call, "read")
        raise FakeUnsupported(f"the query of a {self.type.noun}")


class ScraperEndpoints(ResourceEndpoints):
    """The endpoints of scrapers."""

    def new_document(self, call: ApiRequest, body: Document) -> Document:
        """The document of a new scraper; its bucket must exist."""
        document = super().new_document(call, body)
        call.bucket("", document["bucketID"], document["orgID"])
        return document

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports of a scraper, with the names of its bucket and organization."""
        bucket = call.buckets.by_id(document["bucketID"])
        org = call.resources.find("orgs", document["orgID"])
        return super().show(call, document) | {
            "bucket": "" if bucket is None else bucket.name,
            "org": "" if org is None else org["name"],
        }

    def links(self, document: Document) -> dict[str, str]:
        """The links of a scraper."""
        return super().links(document) | {
            "bucket": f"/api/v2/buckets/{document['bucketID']}",
            "organization": f"/api/v2/orgs/{document['orgID']}",
        }


class TelegrafEndpoints(ResourceEndpoints):
    """The endpoints of Telegraf's configurations."""

    def get(self, call: ApiRequest) -> Reply:
        """Return a configuration: as JSON if it is asked for, otherwise its text alone."""
        document = self.stored(call, "read")
        accepted = call.http.headers.get("accept", "")
        if "application/json" in accepted:
            return json_reply(200, self.show(call, document))
        octets = "application/octet-stream" in accepted
        kind = "application/octet-stream" if octets else "application/toml; charset=utf-8"
        return Reply(200, (document["config"].encode(),), {"content-type": kind})


class SourceEndpoints(ResourceEndpoints):
    """The endpoints of sources; one, the server itself, is there from the start."""

    def routes(self) -> dict[str, dict[str, V2Endpoint]]:
        """Its endpoints by pattern and method."""
        one = f"{self.type.path}/{{sourceID}}"
        return super().routes() | {
            f"{one}/buckets": {"GET": self.list_buckets},
            f"{one}/health": {"GET": self.health},
        }

    def all(self, call: ApiRequest) -> list[Document]:
        """All sources."""
        if not super().all(call):
            for org in call.resources.all("orgs")[:1]:
                own: dict[str, Any] = {"default": True, "name": "autogen", "type": "self"}
                call.resources.add("sources", {"orgID": org["id"], "url": "", **own})
        return super().all(call)

    def stored(self, call: ApiRequest, action: str) -> Document:
        """The source of a path."""
        self.all(call)
        return super().stored(call, action)

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports of a source; secrets are left out."""
        hidden = {"token", "password", "sharedSecret"}
        kept = {name: value for name, value in document.items() if name not in hidden}
        return super().show(call, kept) | {"languages": ["flux", "influxql"]}

    def list_buckets(self, call: ApiRequest) -> Reply:
        """List the buckets of the server itself."""
        if self.stored(call, "read")["type"] != "self":
            raise FakeUnsupported("the buckets of a source that is another server")
        return BUCKETS.list_all(call)

    def health(self, call: ApiRequest) -> Reply:
        """Report the health of the server itself."""
        if self.stored(call, "read")["type"] != "self":
            raise FakeUnsupported("the health of a source that is another server")
        return json_reply(200, {"name": "sources", "status": "pass", "message": "source is OK"})


class ReplicationEndpoints(ResourceEndpoints):
    """The endpoints of remote connections and of replications, which the fake does not execute."""

    def routes(self) -> dict[str, dict[str, V2Endpoint]]:
        """Its endpoints by pattern and method."""
        found = super().routes()
        if self.type is _REPLICATIONS:
            found[f"{self.type.path}/{{replicationID}}/validate"] = {"POST": self.validate}
        return found

    def new_document(self, call: ApiRequest, body: Document) -> Document:
        """The document of a new resource; what it refers to must exist."""
        document = super().new_document(call, body)
        if self.type is _REPLICATIONS:
            if call.resources.find("remotes", document["remoteID"]) is None:
                raise refuse(404, f"remote {document['remoteID']!r} not found")
            call.bucket("", document["localBucketID"], document["orgID"])
        return document

    def add(self, call: ApiRequest, document: Document) -> Document:
        """Store a resource, unless the request only asks whether it is valid."""
        if call.parameter("validate").lower() == "true":
            raise no_content()
        return super().add(call, document)

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports; the token of a remote server is left out."""
        kept = {name: value for name, value in document.items() if name != "remoteAPIToken"}
        sizes = {"currentQueueSizeBytes": 0, "remainingBytesToBeSynced": 0}
        return kept | (sizes if self.type is _REPLICATIONS else {})

    def validate(self, call: ApiRequest) -> Reply:
        """Refuse to test a replication: the fake sends nothing to other servers."""
        self.stored(call, "read")
        raise FakeUnsupported("the validation of a replication")


TELEGRAFS = TelegrafEndpoints(_TELEGRAFS)
"""The endpoints of Telegraf's configurations."""
VARIABLES = VariableEndpoints(_VARIABLES)
"""The endpoints of variables."""

_ALL = (
    VARIABLES,
    MonitoringEndpoints(_CHECKS),
    MonitoringEndpoints(_RULES),
    ResourceEndpoints(_ENDPOINTS),
    ScraperEndpoints(_SCRAPERS),
    TELEGRAFS,
    SourceEndpoints(_SOURCES),
    ReplicationEndpoints(_REMOTES),
    ReplicationEndpoints(_REPLICATIONS),
)


def plain_routes() -> dict[str, dict[str, V2Endpoint]]:
    """The endpoints of all these types."""
    found: dict[str, dict[str, V2Endpoint]] = {}
    for endpoints in _ALL:
        found |= endpoints.routes()
    return found
