"""The endpoint /api/v2/query: runs Flux.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#operation/PostQuery
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from influx_core.annotated_csv import Dialect, encode_error
from influx_testing._engine.catalog.bucket_catalog import StoredBucket
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.run.query_run import run_query
from influx_testing._engine.flux.storage.server_access import ServerAccess
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import NO_CONTENT_TYPE, Reply
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.flux.flux_request import FluxRequest, read_request
from influx_testing._flavors.v2.flux.flux_response import result_pieces
from influx_testing._flavors.v2.v2_replies import invalid_for, refuse
from influx_testing.errors import FakeUnsupported

__all__ = ["query_flux"]

_CSV = {"content-type": "text/csv; charset=utf-8"}

_STATUS = {
    "forbidden": 403,
    "internal error": 500,
    "not found": 404,
    "unauthorized": 401,
    "unavailable": 503,
}
"""The status of error codes; all others are reported as invalid, with 400."""

_TOO_DEEP = "the query is nested too deeply, or calls itself without end"


def query_flux(call: ApiRequest) -> Reply:
    """Run a query and return its results as annotated CSV.

    An error in the first rows sets the status; one after them ends the body with a table.
    """
    org_id, asked = _decoded(call)
    prefer = call.http.headers.get("prefer", "")
    pieces = _pieces(_context(call, org_id, asked), asked)
    if prefer == "return-no-content-with-error":
        return _errors_alone(pieces, asked.dialect)
    try:
        first = next(pieces, b"")
        if prefer == "return-no-content":
            for _ in pieces:
                pass
            return Reply(204, (), NO_CONTENT_TYPE)
    except FluxError as error:
        status = _STATUS.get(error.code, 400)
        return refuse(status, error.message, "" if status != 400 else "invalid")
    return Reply(200, chain([first], _until_error(call.server, pieces, asked.dialect)), _CSV)


def _decoded(call: ApiRequest) -> tuple[str, FluxRequest]:
    """The ID of the organization and the query of a request.

    Raises:
        Reply: one of them is wrong, also if there is no such organization.
    """
    try:
        asked = read_request(call.http)
        org = call.org()
    except Reply as reason:
        raise invalid_for(reason, "failed to decode request body") from reason
    assert org is not None
    return org["id"], asked


def _context(call: ApiRequest, org_id: str, asked: FluxRequest) -> QueryContext:
    identity = call.identity

    def may(action: str, bucket: StoredBucket) -> bool:
        return identity.may(action, "buckets", bucket.org_id, bucket.id)

    engine = call.server.engine
    start = engine.clock() if asked.now is None else asked.now
    return QueryContext(start, ServerAccess(engine, org_id, may))


def _pieces(context: QueryContext, asked: FluxRequest) -> Iterator[bytes]:
    """Yield the text of the results; recursion without end is an error of the query."""
    try:
        yield from result_pieces(run_query(asked.query, context, asked.extern), asked.dialect)
    except RecursionError:
        raise FluxError(_TOO_DEEP) from None


def _until_error(
    server: ServerContext, pieces: Iterator[bytes], dialect: Dialect
) -> Iterator[bytes]:
    try:
        yield from pieces
    except FluxError as error:
        yield encode_error(error.message, dialect=dialect)
    except FakeUnsupported as error:
        yield encode_error(server.unsupported(error), dialect=dialect)


def _errors_alone(pieces: Iterator[bytes], dialect: Dialect) -> Reply:
    """Run a query for its effects; the body has its error, if there is one."""
    try:
        for _ in pieces:
            pass
    except FluxError as error:
        return Reply(200, (encode_error(error.message, dialect=dialect, first=True),), _CSV)
    return Reply(204, (), NO_CONTENT_TYPE)
