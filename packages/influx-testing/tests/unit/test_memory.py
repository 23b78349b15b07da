from __future__ import annotations

import json
import uuid

from influx_core.interfaces import Request
from influx_testing import MemoryTransport, forget_named_fakes, named_fake


async def databases(transport: MemoryTransport, url: str) -> str:
    request = Request("GET", "/query", (("q", "SHOW DATABASES"),), base_url=url)
    response = await transport.send(request)
    body = b"".join([piece async for piece in response.chunks()])
    return json.dumps(json.loads(body)["results"][0]["series"][0].get("values", []))


async def test_each_transport_has_a_server_of_its_own() -> None:
    one, other = MemoryTransport(), MemoryTransport()
    await one.send(Request("POST", "/query", (("q", "CREATE DATABASE d"),), base_url="memory://"))
    assert await databases(one, "memory://") == '[["d"]]'
    assert await databases(other, "memory://") == "[]"


async def test_a_name_is_shared_within_the_process() -> None:
    name = uuid.uuid4().hex
    named_fake(name).create_database("d")
    assert await databases(MemoryTransport(), f"memory://{name}") == '[["d"]]'
    await MemoryTransport().aclose()


async def test_a_shared_server_can_be_emptied() -> None:
    name = uuid.uuid4().hex
    named_fake(name).create_database("d")
    named_fake(name).clear()
    assert await databases(MemoryTransport(), f"memory://{name}") == "[]"


async def test_all_shared_servers_can_be_forgotten() -> None:
    name = uuid.uuid4().hex
    before = named_fake(name)
    forget_named_fakes()
    assert named_fake(name) is not before
