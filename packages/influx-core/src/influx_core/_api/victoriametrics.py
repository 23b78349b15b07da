"""The API of VictoriaMetrics: the writes of InfluxDB 1.x, and next to none of its queries. No I/O.

A database becomes the label `db`, times are kept in milliseconds, and fields that are no numbers
are stored as 0. What was written is read with MetricsQL or `/api/v1/export`. Source:
https://docs.victoriametrics.com/victoriametrics/integrations/influxdb/
"""

from __future__ import annotations

from typing import ClassVar

from influx_core._api.base import Question
from influx_core._api.v1 import V1
from influx_core.errors import ConfigError
from influx_core.interfaces import Request

__all__ = ["VictoriaMetrics"]


class VictoriaMetrics(V1):
    """What to ask VictoriaMetrics, and how to read what it says."""

    name = "victoriametrics"
    administered = False
    health_path = "/health"
    takes: ClassVar = frozenset[str]()

    def query_request(self, question: Question) -> Request:
        """Ask for the names of databases: the one thing it answers."""
        if question.text.strip().rstrip(";").upper().split() != ["SHOW", "DATABASES"]:
            raise ConfigError(
                "api 'victoriametrics' answers no InfluxQL but SHOW DATABASES; read with its own "
                "/api/v1/export or MetricsQL"
            )
        return super().query_request(question)
