"""The pieces of a result are those that the query asks for."""

from __future__ import annotations

from influx_core import InfluxDBClient
from influx_shell._connection.result_streams import Query, stream


async def test_a_query_chooses_the_database_and_the_most_rows_of_a_piece(fake_url, db):
    lines = "\n".join(f"m f={n}i {n}" for n in range(5))
    async with InfluxDBClient(fake_url) as client:
        await client.admin.create_database(db)
        await client.write_lines(lines, db=db)
        sizes = {}
        for most in (None, 2):
            query = Query("SELECT f FROM m", db=db, chunk_size=most)
            sizes[most] = [len(piece) async for piece in stream(client, query)]
    assert sizes == {None: [5], 2: [2, 2, 1]}
