"""The endpoints of mappings from databases and policies of 1.x to buckets.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/DBRPs
"""

from __future__ import annotations

from influx_testing._engine.catalog.database_mappings import DatabaseMapping, DatabaseMappings
from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest, V2Endpoint
from influx_testing._flavors.v2.v2_replies import json_reply, no_content, refuse

__all__ = ["MAPPING_ROUTES"]


def _list_mappings(call: ApiRequest) -> Reply:
    """List the mappings that the parameters select."""
    wanted = {
        "id": call.parameter("id"),
        "bucketID": call.parameter("bucketID"),
        "database": call.parameter("db"),
        "retention_policy": call.parameter("rp"),
    }
    default = call.parameter("default")
    found = [
        each.to_json()
        for each in _mappings(call).all()
        if call.identity.may("read", "dbrp", each.bucket.org_id)
    ]
    return json_reply(
        200,
        {
            "content": [
                each
                for each in found
                if all(not value or each[name] == value for name, value in wanted.items())
                and (not default or each["default"] is (default.lower() == "true"))
            ]
        },
    )


def _mappings(call: ApiRequest) -> DatabaseMappings:
    org = call.org()
    assert org is not None
    return DatabaseMappings(call.resources, call.buckets, org["id"])


def _create_mapping(call: ApiRequest) -> Reply:
    """Create a mapping; the first one of a database is its default."""
    body = call.json()
    org_id, bucket_id = str(body.get("orgID") or ""), str(body.get("bucketID") or "")
    if not org_id and body.get("org"):
        named = call.resources.named("orgs", str(body["org"]))
        org_id = "" if named is None else named["id"]
    if call.resources.find("orgs", org_id) is None:
        raise refuse(400, "invalid orgID")
    bucket = call.buckets.by_id(bucket_id)
    if bucket is None or bucket.org_id != org_id:
        raise refuse(404, f'bucket "{bucket_id}" not found')
    database, policy = body.get("database"), body.get("retention_policy")
    if not (isinstance(database, str) and database and isinstance(policy, str) and policy):
        raise refuse(400, "database and retention_policy are required")
    call.require("write", "dbrp", org_id)
    mine = _created(call, org_id)
    if any((each["database"], each["retention_policy"]) == (database, policy) for each in mine):
        raise refuse(400, "DBRP already exists")
    is_default = body.get("default") is True
    is_first = all(each["database"] != database for each in mine)
    if is_default:
        _no_default(mine, database)
    stored = call.resources.add(
        "dbrps",
        {
            "database": database,
            "retention_policy": policy,
            "default": is_default or is_first,
            "orgID": org_id,
            "bucketID": bucket.id,
        },
    )
    return json_reply(201, {**stored, "virtual": False})


def _created(call: ApiRequest, org_id: str) -> list[Document]:
    """The mappings of an organization that are not virtual."""
    return [each for each in call.resources.all("dbrps") if each["orgID"] == org_id]


def _no_default(mappings: list[Document], database: str) -> None:
    for each in mappings:
        if each["database"] == database:
            each["default"] = False


def _get_mapping(call: ApiRequest) -> Reply:
    """Return one mapping."""
    return json_reply(200, {"content": _stored(call, "read").to_json()})


def _stored(call: ApiRequest, action: str) -> DatabaseMapping:
    """The mapping of a path, if it exists and the sender may read or write it."""
    id_ = call.id("dbrpID")
    for each in _mappings(call).all():
        if each.id == id_:
            call.require(action, "dbrp", each.bucket.org_id)
            return each
    raise refuse(404, "unable to find DBRP")


def _changeable(call: ApiRequest) -> Document:
    mapping = _stored(call, "write")
    document = call.resources.find("dbrps", mapping.id)
    if document is None:
        raise refuse(400, "a virtual mapping cannot be changed")
    return document


def _change_mapping(call: ApiRequest) -> Reply:
    """Change the policy of a mapping, and whether it is the default one."""
    document = _changeable(call)
    body = call.json()
    mine = _created(call, document["orgID"])
    policy = body.get("retention_policy")
    if isinstance(policy, str) and policy:
        document["retention_policy"] = policy
    if body.get("default") is True:
        _no_default(mine, document["database"])
        document["default"] = True
    elif body.get("default") is False:
        document["default"] = False
    return json_reply(200, {"content": {**document, "virtual": False}})


def _delete_mapping(call: ApiRequest) -> Reply:
    """Delete a mapping; another one of its database becomes the default."""
    document = _changeable(call)
    call.resources.remove("dbrps", document["id"])
    if document["default"]:
        for each in _created(call, document["orgID"]):
            if each["database"] == document["database"]:
                each["default"] = True
                break
    return no_content()


MAPPING_ROUTES: dict[str, dict[str, V2Endpoint]] = {
    "/api/v2/dbrps": {"GET": _list_mappings, "POST": _create_mapping},
    "/api/v2/dbrps/{dbrpID}": {
        "GET": _get_mapping,
        "PATCH": _change_mapping,
        "DELETE": _delete_mapping,
    },
}
"""The endpoints of mappings."""
