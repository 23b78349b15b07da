"""influxdb-client 1.50 with the flavor 2.x: what its documentation shows, blocking and asyncio."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from influxdb_client import (
    BucketRetentionRules,
    Dialect,
    InfluxDBClient,
    PatchStackRequest,
    Permission,
    PermissionResource,
    Point,
    TemplateApply,
    TemplateApplyTemplate,
    TemplatesService,
    WriteOptions,
    WritePrecision,
)
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.client.write_api import ASYNCHRONOUS, SYNCHRONOUS
from influxdb_client.rest import ApiException

URL = sys.argv[1]
ACCOUNT = {"url": URL, "token": "my-token", "org": "my-org"}
SECOND = 1_000_000_000
ALL = 'from(bucket: "my-bucket") |> range(start: 1970-01-01T00:00:00Z)'


@contextmanager
def refused(status: int, text: str) -> Iterator[None]:
    """Expect an error of the server."""
    try:
        yield
    except ApiException as error:
        body = error.body.decode() if isinstance(error.body, bytes) else error.body
        assert error.status == status and text in body, error
    else:
        raise AssertionError(f"no error: {status} {text}")


def values(client: InfluxDBClient, measurement: str) -> list[object]:
    """The values of a measurement, by time."""
    wanted = f'{ALL} |> filter(fn: (r) => r._measurement == "{measurement}")'
    tables = client.query_api().query(wanted)
    return [record.get_value() for table in tables for record in table.records]


def server(client: InfluxDBClient) -> None:
    """Ping, health, ready, version, and a session of a user."""
    assert client.ping()
    assert client.version() == "v2.7.11"
    assert client.build() == "OSS"
    assert client.health().status == "pass"
    assert client.ready().status == "ready"
    user = {"url": URL, "username": "my-user", "password": "my-password", "org": "my-org"}
    with InfluxDBClient(**user) as signed_in:
        assert signed_in.users_api().me().name == "my-user"
    with InfluxDBClient(**{**user, "password": "wrong"}) as wrong, refused(401, "unauthorized"):
        wrong.users_api().me()
    with InfluxDBClient(**{**ACCOUNT, "token": "wrong"}) as wrong, refused(401, "unauthorized"):
        wrong.buckets_api().find_buckets()


def resources(client: InfluxDBClient) -> None:
    """Organizations, buckets, users, tokens and labels."""
    organizations, buckets = client.organizations_api(), client.buckets_api()
    org = organizations.create_organization("temporary")
    org.description = "changed"
    assert organizations.update_organization(org).description == "changed"
    assert org.name in {each.name for each in organizations.find_organizations()}
    rule = BucketRetentionRules(type="expire", every_seconds=3600)
    bucket = buckets.create_bucket(bucket_name="b", retention_rules=rule, org=org)
    bucket.retention_rules[0].every_seconds = 7200
    assert buckets.update_bucket(bucket).retention_rules[0].every_seconds == 7200
    with refused(422, "bucket with name b already exists"):
        buckets.create_bucket(bucket_name="b", org=org)
    for number in range(25):
        buckets.create_bucket(bucket_name=f"b{number}", org=org)
    assert len(buckets.find_buckets(org=org.name).buckets) == 20
    assert len(list(buckets.find_buckets_iter(org=org.name, limit=10))) == 28
    assert buckets.find_bucket_by_name("nosuch") is None
    buckets.delete_bucket(bucket)
    with refused(404, "bucket not found"):
        buckets.find_bucket_by_id(bucket.id)
    with refused(404, 'bucket \\"b\\" not found'):
        buckets.find_buckets(name="b", org_id=org.id)
    organizations.delete_organization(org.id)
    with refused(404, "organization not found"):
        organizations.find_organization(org.id)

    users, labels = client.users_api(), client.labels_api()
    user = users.create_user("temporary")
    users.update_password(user, "a-long-password")
    user.name = "renamed"
    assert users.update_user(user).name == "renamed"
    assert user.id in {each.id for each in users.find_users().users}
    users.delete_user(user)
    with refused(404, "user not found"):
        users.find_users(name="renamed")
    own = organizations.find_organizations(org="my-org")[0]
    label = labels.create_label("temporary", own.id, {"color": "red"})
    label.properties["color"] = "blue"
    assert labels.update_label(label).properties == {"color": "blue"}
    assert labels.find_label_by_id(label.id).name in {x.name for x in labels.find_labels()}
    labels.delete_label(label)


def tokens(client: InfluxDBClient) -> None:
    """A token that may only read one bucket."""
    authorizations = client.authorizations_api()
    org = client.organizations_api().find_organizations(org="my-org")[0]
    bucket = client.buckets_api().find_bucket_by_name("my-bucket")
    resource = PermissionResource(type="buckets", org_id=org.id, id=bucket.id)
    made = authorizations.create_authorization(org.id, [Permission("read", resource)])
    with InfluxDBClient(**{**ACCOUNT, "token": made.token}) as limited:
        assert [each.name for each in limited.buckets_api().find_buckets().buckets] == ["my-bucket"]
        assert limited.query_api().query(ALL) is not None
        with limited.write_api(SYNCHRONOUS) as writer, refused(403, "insufficient permissions"):
            writer.write("my-bucket", record="m v=1")
        made.status = "inactive"
        assert authorizations.update_authorization(made).status == "inactive"
        with refused(403, "inactive"):
            limited.query_api().query(ALL)
    clone = authorizations.clone_authorization(made)
    assert {made.id, clone.id} <= {each.id for each in authorizations.find_authorizations()}
    for each in (made, clone):
        authorizations.delete_authorization(each)


def templates(client: InfluxDBClient) -> None:
    """A template in the request, and the stack that comes of it."""
    service = TemplatesService(client.api_client)
    org = client.organizations_api().find_organizations(org="my-org")[0]
    bucket = {
        "apiVersion": "influxdata.com/v2alpha1",
        "kind": "Bucket",
        "metadata": {"name": "of-a-template"},
        "spec": {"description": "text"},
    }
    template = TemplateApplyTemplate(content_type="json", contents=[bucket])
    applied = service.apply_template(
        template_apply=TemplateApply(dry_run=False, org_id=org.id, template=template)
    )
    assert [each.name for each in applied.summary.buckets] == ["of-a-template"]
    change = PatchStackRequest(name="inline")
    service.update_stack(stack_id=applied.stack_id, patch_stack_request=change)
    (stack,) = service.list_stacks(org_id=org.id, name="inline").stacks
    assert (stack.id, stack.events[-1].name) == (applied.stack_id, "inline")
    service.delete_stack(stack_id=stack.id, org_id=org.id)
    assert client.buckets_api().find_bucket_by_name("of-a-template") is None


def tasks(client: InfluxDBClient) -> None:
    """Tasks with their schedules, labels, owners, runs and logs."""
    api = client.tasks_api()
    org = client.organizations_api().find_organizations(org="my-org")[0]
    task = api.create_task_every("temporary", ALL, "1h", org)
    assert (task.name, task.every) == ("temporary", "1h")
    task.every, task.cron = None, "0 2 * * *"
    assert api.update_task(task).cron == "0 2 * * *"
    label = client.labels_api().create_label("of a task", org.id)
    api.add_label(label.id, task.id)
    assert [each.name for each in api.get_labels(task.id).labels] == ["of a task"]
    api.delete_label(label.id, task.id)
    client.labels_api().delete_label(label)
    user = client.users_api().create_user("of a task")
    api.add_member(user.id, task.id)
    assert [each.name for each in api.get_members(task.id)] == ["of a task"]
    api.delete_member(user.id, task.id)
    client.users_api().delete_user(user)
    run = api.run_manually(task.id)
    assert run.status == "scheduled"
    assert api.get_run(task.id, run.id).status == "success"
    assert api.retry_run(task.id, run.id).id in {each.id for each in api.get_runs(task.id)}
    assert [each.message for each in api.get_run_logs(task.id, run.id)][-1].startswith("Completed")
    with refused(404, "failed to cancel run"):
        api.cancel_run(task.id, run.id)
    clone = api.clone_task(task)
    assert {task.id, clone.id} <= {each.id for each in api.find_tasks_iter(name="temporary")}
    for each in (task, clone):
        api.delete_task(each.id)
    with refused(404, "failed to find task"):
        api.find_task_by_id(task.id)


def writes(client: InfluxDBClient) -> None:
    """Synchronous, batching and asynchronous writes, all precisions, and errors."""
    units = (WritePrecision.NS, WritePrecision.US, WritePrecision.MS, WritePrecision.S)
    with client.write_api(SYNCHRONOUS) as writer:
        for unit in units:
            point = Point("precisions").field("v", 1.5).time(1, unit)
            writer.write("my-bucket", record=point, write_precision=unit)
        writer.write("my-bucket", record={"measurement": "d", "fields": {"v": 1}, "time": SECOND})
        writer.write("my-bucket", record=[b"d v=2i 2000000000", "d v=3i 3000000000"])
        with refused(404, 'bucket \\"nosuch\\" not found'):
            writer.write("nosuch", record="m v=1")
        with refused(422, "partial write"):
            writer.write("my-bucket", record='d v="text" 4')
        with refused(400, "unable to parse"):
            writer.write("my-bucket", record=["d v=4i 4000000000", "d v="])
    assert len(values(client, "precisions")) == 4
    assert values(client, "d") == [1, 2, 3]
    told: list[str] = []
    with client.write_api(
        WriteOptions(batch_size=50, flush_interval=1_000),
        success_callback=lambda conf, data: told.append(data),
    ) as writer:
        for number in range(120):
            writer.write("my-bucket", "my-org", f"batch v={number}i {number}")
    assert len(values(client, "batch")) == 120
    assert len(told) == 3
    with client.write_api(ASYNCHRONOUS) as writer:
        writer.write("my-bucket", record="threads v=1 1").get()
    assert values(client, "threads") == [1.0]


def queries(client: InfluxDBClient) -> None:
    """Tables, streams, CSV, raw text, parameters and data frames."""
    api = client.query_api()
    wanted = f'{ALL} |> filter(fn: (r) => r._measurement == "d")'
    (record, *_) = api.query_stream(wanted)
    assert (record.get_measurement(), record.get_field(), record.get_value()) == ("d", "v", 1)
    assert record.get_time() == datetime.fromtimestamp(1, UTC)
    rows = list(api.query_csv(wanted, dialect=Dialect(header=False, annotations=[])))
    assert len([row for row in rows if row]) == 3
    assert b"#datatype" in api.query_raw(wanted).data
    given = {"name": "my-bucket", "start": datetime.fromtimestamp(0, UTC)}
    tables = api.query("from(bucket: name) |> range(start: start) |> limit(n: 1)", params=given)
    assert tables.to_values(columns=["_field"])[0] == ["v"]
    with refused(400, "undefined identifier"):
        api.query("nosuch()")
    with refused(400, 'failed to decode request body: organization name \\"x\\" not found'):
        api.query("buckets()", org="x")
    with refused(404, "could not find bucket"):
        api.query('from(bucket: "nosuch") |> range(start: -1h)')
    try:
        import pandas  # noqa: F401, ICN001 - optional there too
    except ImportError:
        return
    frame = api.query_data_frame(wanted)
    assert list(frame["_value"]) == [1, 2, 3]
    frame = frame.set_index("_time")[["_value"]]
    with client.write_api(SYNCHRONOUS) as writer:
        writer.write("my-bucket", record=frame, data_frame_measurement_name="frame")
    assert values(client, "frame") == [1, 2, 3]


def deletions(client: InfluxDBClient) -> None:
    """Deletions by time and by predicate."""
    api = client.delete_api()
    start, stop = "1970-01-01T00:00:00Z", datetime.fromtimestamp(10, UTC)
    api.delete(start, stop, '_measurement="d"', "my-bucket", "my-org")
    assert values(client, "d") == []
    assert len(values(client, "batch")) == 120
    with refused(400, "OR is not supported"):
        api.delete(start, stop, "a=1 OR b=2", "my-bucket", "my-org")


async def asyncio_client() -> None:
    """The asyncio client: writes, queries, streams and deletions."""
    async with InfluxDBClientAsync(**ACCOUNT, enable_gzip=True) as client:
        assert await client.ping()
        assert await client.version() == "v2.7.11"
        writer, reader = client.write_api(), client.query_api()
        points = [Point("async").tag("t", "a").field("v", number).time(number) for number in (1, 2)]
        assert await writer.write("my-bucket", record=points)
        wanted = f'{ALL} |> filter(fn: (r) => r._measurement == "async")'
        (table,) = await reader.query(wanted)
        assert [record["_value"] for record in table.records] == [1, 2]
        assert [each["t"] async for each in await reader.query_stream(wanted)] == ["a", "a"]
        assert "async" in await reader.query_raw(wanted)
        stop = datetime.fromtimestamp(time.time(), UTC)
        predicate = '_measurement="async"'
        assert await client.delete_api().delete(
            datetime.fromtimestamp(0, UTC), stop, predicate, "my-bucket"
        )
        assert not await reader.query(wanted)


for packed in (False, True):
    with InfluxDBClient(**ACCOUNT, enable_gzip=packed) as whole:
        for step in (server, resources, tokens, templates, tasks, writes, queries, deletions):
            step(whole)
        whole.delete_api().delete("1970-01-01T00:00:00Z", datetime.now(UTC), "", "my-bucket")
asyncio.run(asyncio_client())
