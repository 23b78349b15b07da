"""The management API of 2.x: every path of the public contract, and every answer by its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from influx_core.interfaces import LocalResponse, Request
from influx_testing import FakeInfluxDB

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")

CONTRACT = Path(__file__).parents[5] / "shared" / "corpus" / "openapi" / "influxdb2.json"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CONTRACT.is_file(), reason="the contract (../shared) is not beside this checkout"
    ),
]

METHODS = ("get", "post", "put", "patch", "delete", "head")
DEBUG = "a profile of a Go program"
BACKUP = "a backup of files that the fake does not have"
UNSUPPORTED = {
    "/backup/kv": BACKUP,
    "/backup/metadata": BACKUP,
    "/backup/shards/{shardID}": BACKUP,
    "/checks/{checkID}/query": "Flux that the server generates",
    "/debug/pprof/all": DEBUG,
    "/debug/pprof/allocs": DEBUG,
    "/debug/pprof/block": DEBUG,
    "/debug/pprof/cmdline": DEBUG,
    "/debug/pprof/goroutine": DEBUG,
    "/debug/pprof/heap": DEBUG,
    "/debug/pprof/mutex": DEBUG,
    "/debug/pprof/profile": DEBUG,
    "/debug/pprof/threadcreate": DEBUG,
    "/debug/pprof/trace": DEBUG,
    "/notificationRules/{ruleID}/query": "Flux that the server generates",
    "/replications/{replicationID}/validate": "a request to another server",
    "/restore/bucket/{bucketID}": BACKUP,
    "/restore/bucketMetadata": BACKUP,
    "/restore/kv": BACKUP,
    "/restore/shards/{shardID}": BACKUP,
    "/restore/sql": BACKUP,
    "/telegraf/plugins": "a list of another program's plugins",
    "/templates/export": "the export of templates",
}
"""The paths that the fake answers with 501, and what they are about."""

FLUX = 'option task = {name: "t", every: 1h}\nfrom(bucket: "my-bucket") |> range(start: -1h)'
QUERY = {"text": 'from(bucket: "my-bucket")', "editMode": "advanced", "name": ""}
TEMPLATES = [
    {"kind": kind, "metadata": {"name": f"a-{kind.lower()}"}, "spec": spec}
    for kind, spec in (
        ("Label", {"color": "#f00"}),
        ("Bucket", {"associations": [{"kind": "Label", "name": "a-label"}]}),
        ("Task", {"every": "1h", "query": "buckets()"}),
        ("Telegraf", {"config": "[agent]"}),
        ("Variable", {"type": "constant", "values": ["a"]}),
    )
]
TIMES = {"start": "2020-01-01T00:00:00Z", "stop": "2021-01-01T00:00:00Z"}


@cache
def contract() -> dict[str, Any]:
    """The contract, without what is not JSON schema in it."""
    document: dict[str, Any] = json.loads(CONTRACT.read_text())
    return cleaned(document)


def cleaned(node: Any) -> Any:
    """A node as JSON schema has it.

    `required: true` beside a reference is left out, null is allowed where it is said to be, and
    several schemas may match where one has to: they are open, so that more than one does.
    """
    if isinstance(node, list):
        return [cleaned(each) for each in node]
    if not isinstance(node, dict):
        return node
    new = {
        {"oneOf": "anyOf"}.get(name, name): cleaned(value)
        for name, value in node.items()
        if not (name == "required" and isinstance(value, bool) and "$ref" in node)
    }
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        new["type"] = [node["type"], "null"]
    return new


def operations() -> Iterator[tuple[str, str]]:
    """Every path with every method."""
    if not CONTRACT.is_file():
        return
    for path, methods in contract()["paths"].items():
        for method in methods:
            if method in METHODS:
                yield method, path


def url_of(path: str) -> str:
    """The path on the server; some are not below /api/v2."""
    outside = ("/ping", "/health", "/ready", "/metrics", "/debug/")
    return path if path.startswith(outside) else f"/api/v2{path}"


class Server:
    """A fake with one resource of each type; `ids` has their IDs by their names in paths."""

    def __init__(self) -> None:
        self.fake = FakeInfluxDB("2.x")
        resources = self.fake.engine.resources
        org = resources.all("orgs")[0]["id"]
        (bucket,) = [each.id for each in self.fake.engine.buckets.all() if each.name == "my-bucket"]
        self.ids = {"orgID": org, "bucketID": bucket, "secretID": "key", "name": "range"}
        self.ids["userID"] = self.new("/users", {"name": "other"})
        for name, (path, body) in self.bodies().items():
            self.ids[name] = self.new(path, body)
        dashboard = f"/dashboards/{self.ids['dashboardID']}/cells"
        self.ids["cellID"] = self.new(dashboard, {"name": "cell"})
        self.ids["runID"] = self.new(f"/tasks/{self.ids['taskID']}/runs", {})
        self.ids["sourceID"] = self.ask("GET", "/sources")[1]["sources"][0]["id"]
        self.ids["shardID"] = "1"

    def bodies(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """The paths and bodies that create resources, by the names of their IDs."""
        org, bucket = self.ids["orgID"], self.ids["bucketID"]
        owned = {"orgID": org, "name": "n"}
        remote = owned | {"remoteURL": "http://r", "remoteAPIToken": "t", "allowInsecureTLS": False}
        rule = {"currentLevel": "CRIT", "tagRules": []}
        permission = {"action": "read", "resource": {"type": "buckets", "orgID": org, "id": bucket}}
        found: dict[str, tuple[str, dict[str, Any]]] = {
            "labelID": ("/labels", owned | {"properties": {"color": "ffb3b3"}}),
            "authID": ("/authorizations", {"orgID": org, "permissions": [permission]}),
            "dbrpID": (
                "/dbrps",
                {"orgID": org, "bucketID": bucket, "database": "d", "retention_policy": "r"},
            ),
            "taskID": ("/tasks", {"orgID": org, "flux": FLUX}),
            "dashboardID": ("/dashboards", owned | {"description": "d"}),
            "variableID": (
                "/variables",
                owned | {"arguments": {"type": "constant", "values": ["a", "b"]}},
            ),
            "checkID": (
                "/checks",
                owned | {"type": "custom", "status": "active", "query": QUERY},
            ),
            "endpointID": (
                "/notificationEndpoints",
                owned | {"type": "slack", "url": "http://s", "status": "active"},
            ),
            "scraperTargetID": (
                "/scrapers",
                owned | {"type": "prometheus", "url": "http://m", "bucketID": bucket},
            ),
            "telegrafID": ("/telegrafs", owned | {"config": "[agent]", "description": "d"}),
            "remoteID": ("/remotes", remote),
            "stack_id": ("/stacks", owned),
        }
        rules = {"type": "slack", "messageTemplate": "m", "statusRules": [rule], "every": "1m"}
        found["ruleID"] = (
            "/notificationRules",
            owned | rules | {"status": "active", "endpointID": self.ids.get("endpointID", org)},
        )
        found["replicationID"] = (
            "/replications",
            owned
            | {
                "remoteID": self.ids.get("remoteID", ""),
                "localBucketID": bucket,
                "maxQueueSizeBytes": 67108860,
                "maxAgeSeconds": 0,
            },
        )
        return found

    def new(self, path: str, body: dict[str, Any]) -> str:
        """Create a resource; returns its ID."""
        if path == "/replications":
            body["remoteID"] = self.ids["remoteID"]
        status, document = self.ask("POST", path, body)
        assert status == 201, document
        return str(document.get("label", document)["id"])

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[LocalResponse, bytes]:
        """Send a request; returns the response and its body."""
        data = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        given = {"accept": "application/json", "authorization": "Token my-token", **(headers or {})}
        url = url_of(path).format(**self.ids)
        request = Request(method.upper(), url, tuple((params or {}).items()), given, data)
        response = self.fake.handle(request)
        return response, b"".join(response.pieces)

    def ask(self, method: str, path: str, body: Any = None, **params: str) -> tuple[int, Any]:
        """Send a request; returns the status and the document."""
        response, data = self.send(method, path, body, params)
        return response.status, json.loads(data) if data else None


def special(server: Server, method: str, path: str) -> dict[str, Any]:
    """The arguments of a request that is not as the others of its kind."""
    org = {"orgID": server.ids["orgID"]}
    named = {"name": "another", **org}
    tables: dict[tuple[str, str], dict[str, Any]] = {
        ("post", "/signin"): {"headers": {"authorization": "Basic bXktdXNlcjpteS1wYXNzd29yZA=="}},
        ("post", "/write"): {
            "body": b"m v=1 1",
            "params": {"org": "my-org", "bucket": "my-bucket"},
        },
        ("post", "/delete"): {"body": TIMES, "params": {"org": "my-org", "bucket": "my-bucket"}},
        ("post", "/buckets"): {"body": named | {"retentionRules": []}},
        ("post", "/orgs"): {"body": {"name": "another"}},
        ("post", "/users"): {"body": {"name": "another"}},
        ("post", "/labels"): {"body": named},
        ("post", "/sources"): {"body": named},
        ("post", "/query"): {
            "body": {"query": 'from(bucket: "my-bucket") |> range(start: -1h)'},
            "params": {"org": "my-org"},
        },
        ("post", "/templates/apply"): {
            "body": {"orgID": org["orgID"], "template": {"contents": TEMPLATES}}
        },
        ("post", "/query/ast"): {"body": {"query": "x = 1"}},
        ("post", "/query/analyze"): {"body": {"query": "x = 1"}},
        ("post", "/dashboards/{dashboardID}/cells"): {"body": {"name": "c", "x": 1, "y": 1}},
        ("put", "/dashboards/{dashboardID}/cells"): {
            "body": [{"id": server.ids["cellID"], "x": 3}]
        },
        ("post", "/orgs/{orgID}/secrets/delete"): {"body": {"secrets": ["key"]}},
        ("patch", "/orgs/{orgID}/secrets"): {"body": {"key": "value"}},
        ("put", "/me/password"): {"body": {"password": "a long password"}},
        ("post", "/tasks/{taskID}/runs/{runID}/retry"): {"body": {}},
        ("patch", "/dashboards/{dashboardID}/cells/{cellID}/view"): {
            "body": {
                "name": "v",
                "properties": {"type": "markdown", "shape": "chronograf-v2", "note": "n"},
            },
        },
    }
    found = tables.get((method, path), {})
    needs_org = ("/checks", "/dbrps", "/notification", "/remotes", "/replications", "/stacks")
    if path.startswith(needs_org):
        found = {"params": org, **found}
    return found


def arguments(server: Server, method: str, path: str) -> dict[str, Any]:
    """The arguments of a request that the server accepts."""
    found = special(server, method, path)
    if "body" in found or method in {"get", "head", "delete"}:
        return found
    bodies = server.bodies()
    for name, (collection, body) in bodies.items():
        if path == collection:
            return {"body": {**body, "name": "another", "database": "e"}, **found}
        if path == f"{collection}/{{{name}}}":
            changed = {**body, "name": "changed"}
            if collection == "/tasks":
                del changed["flux"]
            return {"body": changed, **found}
    if path.endswith("/labels"):
        return {"body": {"labelID": server.ids["labelID"]}, **found}
    if path.endswith(("/members", "/owners")):
        return {"body": {"id": server.ids["userID"]}, **found}
    if path.endswith("/password"):
        return {"body": {"password": "a long password"}, **found}
    return {"body": {"name": "changed"}, **found}


def prepare(server: Server, method: str, path: str) -> None:
    """Make what an operation removes."""
    if method != "delete":
        return
    parent, _, last = path.rpartition("/")
    if parent.endswith(("}/labels", "/members", "/owners")):
        body = {"labelID": server.ids["labelID"], "id": server.ids["userID"]}
        assert server.ask("POST", parent, body)[0] == 201, last


def schema_of(method: str, path: str, status: int, kind: str) -> dict[str, Any] | None:
    """The schema of a body; None if the contract has none for that status."""
    responses = contract()["paths"][path][method]["responses"]
    response = responses.get(str(status)) or responses.get("default")
    assert response is not None, f"the contract has no status {status}"
    if "$ref" in response:
        response = contract()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response.get("content", {}).get(kind)
    return None if content is None else content["schema"]


def validate(schema: dict[str, Any], body: bytes) -> None:
    """Check a document; references are those of the contract."""
    assert isinstance(schema, dict)
    whole = {**schema, "components": contract()["components"]}
    errors = jsonschema.Draft202012Validator(whole).iter_errors(json.loads(body))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def without_nulls(value: Any) -> Any:
    """A document without properties that are null."""
    if isinstance(value, list):
        return [without_nulls(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: without_nulls(each) for name, each in value.items() if each is not None}


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_every_operation_answers_as_the_contract_says(
    server: Server, method: str, path: str
) -> None:
    if (method, path) == ("post", "/signout"):
        pytest.skip("needs a session: test_a_user_signs_in_and_out")
    if (method, path) == ("delete", "/tasks/{taskID}/runs/{runID}"):
        pytest.skip("all runs of the fake are finished, so none can be canceled")
    prepare(server, method, path)
    if (method, path) == ("post", "/setup"):
        server.fake.engine.setup = None
        server.fake.clear()
        body = {"username": "u", "password": "password", "org": "o", "bucket": "b"}
        response, data = server.send(method, path, body)
    else:
        response, data = server.send(method, path, **arguments(server, method, path))
    if path in UNSUPPORTED:
        assert response.status == 501, data
        validate({"$ref": "#/components/schemas/Error"}, data)
        return
    if path.startswith("/query/") and response.status == 501:
        pytest.skip("the tools for Flux are not there")
    assert 200 <= response.status < 300, data
    assert str(response.status) in contract()["paths"][path][method]["responses"]
    kind = response.headers.get("content-type", "").partition(";")[0]
    schema = schema_of(method, path, response.status, kind)
    if path == "/query/ast":  # the tree has null where the contract has nothing
        data = json.dumps(without_nulls(json.loads(data))).encode()
    if schema is not None and kind == "application/json":
        validate(schema, data)
    elif response.status == 204:
        assert data == b""


@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_every_operation_on_an_unknown_resource_is_refused_with_an_error(
    server: Server, method: str, path: str
) -> None:
    (first, *_) = [name for name in server.ids if f"{{{name}}}" in path] or [""]
    if not first or path in UNSUPPORTED or "/secrets/" in path or "suggestions" in path:
        return
    server.ids[first] = "00000000000000ff"
    response, data = server.send(method, path, **arguments(server, method, path))
    assert response.status == 404, data
    validate({"$ref": "#/components/schemas/Error"}, data)
    assert response.headers["x-platform-error-code"] == json.loads(data)["code"] == "not found"


@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_every_operation_needs_a_token(server: Server, method: str, path: str) -> None:
    public = ("/setup", "/signin", "/ping", "/health", "/ready", "/metrics")
    if path in public or path in UNSUPPORTED:
        return
    options = arguments(server, method, path) | {"headers": {"authorization": ""}}
    response, data = server.send(method, path, **options)
    if path.startswith("/query/") and response.status == 501:
        pytest.skip("the tools for Flux are not there")
    assert response.status == 401, data
    validate({"$ref": "#/components/schemas/Error"}, data)


def test_a_user_signs_in_and_out(server: Server) -> None:
    basic = {"authorization": "Basic bXktdXNlcjpteS1wYXNzd29yZA=="}
    response, _ = server.send("post", "/signin", headers=basic)
    cookie = {"cookie": response.headers["set-cookie"].partition(";")[0], "authorization": ""}
    assert server.send("get", "/me", headers=cookie)[0].status == 200
    assert server.send("post", "/signout", headers=cookie)[0].status == 204
    assert server.send("get", "/me", headers=cookie)[0].status == 401
