"""Templates and stacks of 2.x."""

from __future__ import annotations

from typing import Any

import pytest

TASK = {
    "kind": "Task",
    "metadata": {"name": "daily-task"},
    "spec": {"name": "daily", "every": "1d", "query": "buckets()"},
}


def described(kind: str, meta_name: str, /, **spec: object) -> dict[str, object]:
    return {
        "apiVersion": "influxdata.com/v2alpha1",
        "kind": kind,
        "metadata": {"name": meta_name},
        "spec": spec,
    }


def apply(ask: Any, *contents: object, **more: object) -> Any:
    body = {"orgID": ask.org, "template": {"contents": contents}, **more}
    return ask("POST", "/api/v2/templates/apply", body)


def names_of(ask: Any, path: str, key: str) -> set[str]:
    return {each["name"] for each in ask("GET", f"/api/v2/{path}", limit="100").json[key]}


def test_a_template_creates_its_resources_with_their_labels(ask: Any) -> None:
    label = described("Label", "red-label", name="red", color="#f00")
    association = [{"kind": "Label", "name": "red-label"}]
    bucket = described("Bucket", "a", description="text", associations=association)
    variable = described("Variable", "v", type="constant", values=["x"])
    answer = apply(ask, TASK, bucket, variable, label)
    assert answer.status == 201
    summary = answer.json["summary"]
    assert [each["name"] for each in summary["tasks"]] == ["daily"]
    assert summary["tasks"][0]["every"] == "1d"
    assert [each["labelName"] for each in summary["labelMappings"]] == ["red"]
    (made,) = ask("GET", "/api/v2/buckets", name="a").json["buckets"]
    assert [each["name"] for each in made["labels"]] == ["red"]
    assert "v" in names_of(ask, "variables", "variables")
    (stack,) = ask("GET", "/api/v2/stacks", orgID=ask.org).json["stacks"]
    assert stack["id"] == answer.json["stackID"]
    assert [each["kind"] for each in stack["events"][-1]["resources"]] == [
        "Label",
        "Bucket",
        "Task",
        "Variable",
    ]


def test_a_dry_run_tells_what_would_happen_and_does_nothing(ask: Any) -> None:
    answer = apply(ask, described("Bucket", "a"), described("Bucket", "my-bucket"), dryRun=True)
    assert answer.status == 200
    found = {each["new"]["name"]: each["stateStatus"] for each in answer.json["diff"]["buckets"]}
    assert found == {"a": "new", "my-bucket": "exists"}
    assert "a" not in names_of(ask, "buckets", "buckets")
    assert ask("GET", "/api/v2/stacks", orgID=ask.org).json == {"stacks": []}


def test_applying_a_stack_again_changes_and_removes_resources(ask: Any) -> None:
    stack = apply(ask, described("Bucket", "a"), described("Bucket", "b")).json["stackID"]
    again = apply(ask, described("Bucket", "a", name="renamed"), stackID=stack)
    assert [each["stateStatus"] for each in again.json["diff"]["buckets"]] == ["exists", "remove"]
    names = names_of(ask, "buckets", "buckets")
    assert "renamed" in names
    assert not {"a", "b"} & names


def test_a_stack_is_uninstalled_and_deleted_with_its_resources(ask: Any) -> None:
    stack = apply(ask, described("Bucket", "a"), TASK).json["stackID"]
    changed = ask("PATCH", f"/api/v2/stacks/{stack}", {"name": "mine"}).json
    assert [each["eventType"] for each in changed["events"]] == ["create", "update", "update"]
    (found,) = ask("GET", "/api/v2/stacks", orgID=ask.org, name="mine").json["stacks"]
    assert found["id"] == stack
    uninstalled = ask("POST", f"/api/v2/stacks/{stack}/uninstall").json
    assert uninstalled["events"][-1]["resources"] == []
    assert "a" not in names_of(ask, "buckets", "buckets")
    assert names_of(ask, "tasks", "tasks") == set()
    assert ask("DELETE", f"/api/v2/stacks/{stack}", orgID=ask.org).status == 204
    assert ask("GET", f"/api/v2/stacks/{stack}").status == 404


@pytest.mark.parametrize(
    ("contents", "status", "message"),
    [
        ([described("Nosuch", "a")], 422, "failed to parse template: invalid kind: 'Nosuch'"),
        ([described("Bucket", "")], 422, "Bucket: metadata.name is required"),
        ([described("Bucket", "a"), described("Bucket", "a")], 422, "Bucket 'a' is in the"),
        ([1], 422, "Expected `object`, got `int`"),
        ([described("Bucket", "_a")], 422, "Buckets may not start with underscore"),
        ([described("Bucket", "a", retentionRules=[1])], 422, "at most one retention rule"),
        ([described("Task", "a", every="1h", query="x(")], 400, "failed to parse Flux script"),
        ([described("Dashboard", "a")], 501, "the kind Dashboard of templates"),
        ("kind: Bucket", 501, "a template that is not JSON"),
    ],
)
def test_a_template_that_is_refused_creates_nothing(
    ask: Any, contents: Any, status: int, message: str
) -> None:
    good = described("Bucket", "good")
    templates = [{"contents": [good]}, {"contents": contents}]
    answer = apply(ask, templates=templates)
    ask.fake.failures.clear()
    assert answer.status == status
    assert message in answer.json["message"]
    assert "good" not in names_of(ask, "buckets", "buckets")


def test_kinds_and_resources_are_skipped_on_demand(ask: Any) -> None:
    skips = [
        {"action": "skipKind", "properties": {"kind": "Task"}},
        {
            "action": "skipResource",
            "properties": {"kind": "Bucket", "resourceTemplateName": "a"},
        },
    ]
    apply(ask, described("Bucket", "a"), described("Bucket", "b"), TASK, actions=skips)
    names = names_of(ask, "buckets", "buckets")
    assert "b" in names
    assert "a" not in names
    assert names_of(ask, "tasks", "tasks") == set()
