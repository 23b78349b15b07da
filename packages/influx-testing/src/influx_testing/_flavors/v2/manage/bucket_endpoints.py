"""The endpoints of buckets.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/Buckets
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.manage.resource_endpoints import (
    ResourceEndpoints,
    ResourceType,
    SettableProperty,
)
from influx_testing._flavors.v2.v2_replies import refuse

__all__ = ["BUCKETS", "BucketEndpoints"]

_HOUR = 3600
_SECOND = 1_000_000_000
_LONG_SHARDS = "shard-group duration must also be updated to be smaller than new retention duration"
_MOST_SECONDS = 2**63 // 10**9
_TYPE = ResourceType(
    "buckets",
    "bucketID",
    "bucket",
    {
        "name": SettableProperty(required=True),
        "description": SettableProperty(),
        "retentionRules": SettableProperty(list),
        "rp": SettableProperty(),
        "schemaType": SettableProperty(),
    },
    is_paged=True,
    is_unique=True,
)


class BucketEndpoints(ResourceEndpoints):
    """The endpoints of buckets."""

    def all(self, call: ApiRequest) -> list[Document]:
        """All buckets, those of databases included."""
        return [bucket.document for bucket in call.buckets.all()]

    def selected(self, call: ApiRequest) -> Iterable[Document]:
        """The buckets that the parameters of a request select; the user's own come first.

        Raises:
            Reply: the request has an ID, or a name and an organization, that no bucket has. For a
                name without an organization, the server returns an empty list.
        """
        found = list(super().selected(call))
        if not found and call.parameter("id"):
            raise self.not_found(call.parameter("id"))
        in_org = call.parameter("org") or call.parameter("orgID")
        if not found and call.parameter("name") and in_org:
            raise refuse(404, f'bucket "{call.parameter("name")}" not found')
        return sorted(found, key=lambda each: each["type"] == "system")

    def stored(self, call: ApiRequest, action: str) -> Document:
        """The bucket of a path."""
        call.buckets.all()
        return super().stored(call, action)

    def new_document(self, call: ApiRequest, body: Document) -> Document:
        """The document of a new bucket."""
        document = super().new_document(call, body)
        _check_name(document["name"])
        _retention(document.get("retentionRules") or [])
        if document.pop("schemaType", "implicit") != "implicit":
            raise refuse(422, "explicit schemas are not supported by InfluxDB OSS")
        return document

    def name_is_taken(self, document: Document) -> Reply:
        """The refusal of a name that another bucket has; the text of a change is another one."""
        if "id" in document:
            return refuse(422, "bucket name is not unique", "conflict")
        text = f"bucket with name {document['name']} already exists"
        return refuse(422, text, "conflict")

    def add(self, call: ApiRequest, document: Document) -> Document:
        """Create a bucket with its storage."""
        seconds, shard_seconds = _retention(document.get("retentionRules") or [])
        kept = {
            name: document[name] for name in ("description", "rp") if document.get(name) is not None
        }
        bucket = call.buckets.create(
            document["orgID"], document["name"], seconds, shard_seconds, **kept
        )
        if call.identity.user_id:
            call.resources.members[bucket.id] = {call.identity.user_id: "owner"}
        return bucket.document

    def change(self, call: ApiRequest, document: Document, changes: Document) -> None:
        """Change the name, the description and the retention."""
        name = str(changes.get("name") or document["name"])
        if name != document["name"]:
            if document["type"] == "system":
                raise refuse(400, "system buckets cannot be renamed")
            _check_name(name)
        rules = changes.pop("retentionRules", None)
        if rules is not None:
            seconds, shard_seconds = _retention(rules)
            bucket = call.buckets.by_id(document["id"])
            assert bucket is not None
            length = shard_seconds or bucket.policy.shard_duration // _SECOND
            if 0 < seconds < length:
                raise refuse(422, _LONG_SHARDS)
            bucket.keep_for(seconds, length)
        changes.pop("schemaType", None)
        call.buckets.rename(document, name)
        super().change(call, document, changes)

    def remove(self, call: ApiRequest, document: Document) -> None:
        """Delete a bucket with its points."""
        if document["type"] == "system":
            raise refuse(400, "system buckets cannot be deleted")
        bucket = call.buckets.by_id(document["id"])
        assert bucket is not None
        call.buckets.delete(bucket)

    def show(self, call: ApiRequest, document: Document) -> Document:
        """What the API reports of a bucket."""
        bucket = call.buckets.by_id(document["id"])
        assert bucket is not None
        reported = super().show(call, document)
        del reported["place"]
        return reported | {"retentionRules": bucket.retention_rules}

    def links(self, document: Document) -> dict[str, str]:
        """The links of a bucket."""
        org_id, id_ = document["orgID"], document["id"]
        return super().links(document) | {
            "org": f"/api/v2/orgs/{org_id}",
            "write": f"/api/v2/write?org={org_id}&bucket={id_}",
        }


def _check_name(name: str) -> None:
    if not name:
        raise refuse(400, "bucket name is required")
    if name.startswith("_"):
        raise refuse(
            422, f"bucket name {name} is invalid. Buckets may not start with underscore", "invalid"
        )
    if '"' in name:
        raise refuse(
            422,
            f"bucket name {name} is invalid. Bucket names may not include quotation marks",
            "invalid",
        )


def _retention(rules: list[Any]) -> tuple[int, int]:
    """The retention and the length of shards in seconds, from the rules of a request."""
    if not rules:
        return 0, 0
    rule: Any = rules[0]
    if len(rules) > 1 or not isinstance(rule, dict):
        raise refuse(422, "a bucket has at most one retention rule")
    if rule.get("type", "expire") != "expire":
        raise refuse(422, "the type of a retention rule must be expire")
    seconds, shard_seconds = rule.get("everySeconds", 0), rule.get("shardGroupDurationSeconds")
    for value in (seconds, shard_seconds or 0):
        if value.__class__ is not int or not 0 <= value <= _MOST_SECONDS:
            raise refuse(422, "expiration seconds must be greater than or equal to one second")
    if 0 < seconds < _HOUR:
        raise refuse(500, "retention policy duration must be at least 1h0m0s")
    if seconds and shard_seconds and shard_seconds > seconds:
        raise refuse(422, _LONG_SHARDS)
    return seconds, shard_seconds or 0


BUCKETS = BucketEndpoints(_TYPE)
"""The endpoints of buckets."""
