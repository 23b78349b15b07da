"""The log of the queries of a 3.x database, which is its table `system.queries`."""

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
    """A query in the log.

    Attributes:
        id: a UUID.
        language: the language of the query.
        text: the text of the query.
        issue_time: when the query arrived, in ns since 1970.
        phase: the state of its execution.
        duration: its run time in ns; None while it runs.
    """

    id: str
    language: Literal["sql", "influxql"]
    text: str
    issue_time: int
    phase: Literal["planned", "success", "fail", "cancel"] = "planned"
    duration: int | None = None


@dataclass(slots=True)
class QueryLog:
    """The latest queries of a database, the oldest first."""

    queries: deque[LoggedQuery] = field(default_factory=lambda: deque(maxlen=_KEPT))

    @contextmanager
    def running(
        self, language: Literal["sql", "influxql"], text: str, clock: Callable[[], int]
    ) -> Generator[None]:
        """Log a query at its start, and its outcome at its end.

        Args:
            language: the language of the query.
            text: the query; characters that UTF-8 cannot encode become question marks.
            clock: returns the time in ns since 1970.
        """
        shown = text.encode("utf-8", "replace").decode()
        query = LoggedQuery(str(uuid.uuid4()), language, shown, clock())
        self.queries.append(query)
        try:
            yield
        except Exception:
            query.phase = "fail"
            raise
        except GeneratorExit:  # nobody reads the rows any more
            query.phase = "cancel"
            raise
        else:
            query.phase = "success"
        finally:
            query.duration = clock() - query.issue_time
