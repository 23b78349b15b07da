"""Divides lists of resources into pages, with links to the next and the previous one.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#section/Pagination
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from influx_testing._engine.catalog.resource_store import Document
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.v2_replies import refuse

__all__ = ["Page", "page_of"]

_MOST = 100
_USUAL = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list a request asks for.

    Attributes:
        limit: the most resources of a page; 0 is no limit.
        offset: how many resources come before it.
        after: the ID of the resource before it, instead of an offset.
        descending: whether the order is the reverse one.
        sort_by: the property that determines the order; empty for that of the creation.
    """

    limit: int
    offset: int
    after: str
    descending: bool
    sort_by: str

    def of(self, documents: Sequence[Document]) -> list[Document]:
        """The resources of this page."""
        ordered = list(documents)
        if self.sort_by:
            ordered.sort(key=lambda each: str(each.get(_PROPERTIES[self.sort_by], "")))
        if self.descending:
            ordered.reverse()
        if self.after:
            places = [place for place, each in enumerate(ordered) if each["id"] == self.after]
            ordered = ordered[places[0] + 1 :] if places else _beyond(ordered, self.after)
        end = self.offset + self.limit if self.limit else None
        return ordered[self.offset : end]

    def links(self, path: str, count: int, filters: Sequence[tuple[str, str]]) -> Document:
        """The links to this page and its neighbours; `count` is the number of its resources."""
        links = {"self": self._link(path, self.offset, filters)}
        if self.limit and count >= self.limit:
            links["next"] = self._link(path, self.offset + self.limit, filters)
        if self.offset:
            links["prev"] = self._link(path, max(self.offset - self.limit, 0), filters)
        return links

    def _link(self, path: str, offset: int, filters: Sequence[tuple[str, str]]) -> str:
        query = [
            *filters,
            ("descending", str(self.descending).lower()),
            ("limit", str(self.limit)),
            ("offset", str(offset)),
        ]
        return f"{path}?{urlencode(sorted(query), errors='replace')}"


_PROPERTIES = {
    "CreatedAt": "createdAt",
    "ID": "id",
    "UpdatedAt": "updatedAt",
    "id": "id",
    "name": "name",
}


def _beyond(ordered: list[Document], id_: str) -> list[Document]:
    """The resources with a higher ID; for an ID that no resource has."""
    return [each for each in ordered if each["id"] > id_]


def page_of(call: ApiRequest, usual: int = _USUAL, most: int = _MOST) -> Page:
    """The page that a request asks for.

    Raises:
        Reply: a parameter is invalid.
    """
    limit = _number(call, "limit", usual)
    if not 1 <= limit <= most:
        raise refuse(400, f"limit must be between 1 and {most}")
    sort_by = call.parameter("sortBy")
    if sort_by and sort_by not in _PROPERTIES:
        raise refuse(400, f"sortBy must be one of {', '.join(sorted(_PROPERTIES))}")
    return Page(
        limit,
        _number(call, "offset", 0),
        call.parameter("after"),
        call.parameter("descending").lower() == "true",
        sort_by,
    )


def _number(call: ApiRequest, name: str, usual: int) -> int:
    text = call.parameter(name)
    if not text:
        return usual
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise refuse(400, f"{name} is invalid")
    return int(text)
