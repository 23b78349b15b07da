"""The queries that a database of 3.x was asked, as its table `system.queries` shows them."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["LoggedQuery", "QueryLog"]

_KEPT = 1000


@dataclass(slots=True)
class LoggedQuery:
    """A query.

    Attributes:
        id: a UUID.
        language: in which it is written.
        text: as it came.
        issue_time: when it came, in ns since 1970.
        phase: how far it is.
        duration: how long it took, in ns; None while it runs.
    """

    id: str
    language: Literal["sql", "influxql"]
    text: str
    issue_time: int
    phase: Literal["planned", "success", "fail"] = "planned"
    duration: int | None = None


@dataclass(slots=True)
class QueryLog:
    """The last queries of a database, the oldest first."""

    queries: deque[LoggedQuery] = field(default_factory=lambda: deque(maxlen=_KEPT))

    @contextmanager
    def running(
        self, language: Literal["sql", "influxql"], text: str, clock: Callable[[], int]
    ) -> Generator[None]:
        """Log a query while it runs, and how it ends.

        Args:
            language: in which it is written.
            text: the query; what is no UTF-8 in it becomes a question mark.
            clock: says the time in ns since 1970.
        """
        shown = text.encode("utf-8", "replace").decode()
        query = LoggedQuery(str(uuid.uuid4()), language, shown, clock())
        self.queries.append(query)
        try:
            yield
        except Exception:
            query.phase = "fail"
            raise
        else:
            query.phase = "success"
        finally:
            query.duration = clock() - query.issue_time
