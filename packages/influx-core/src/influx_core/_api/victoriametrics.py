"""The API of VictoriaMetrics: the writes of InfluxDB 1.x, but hardly any of its queries. No I/O.

A database becomes the label `db`, times are kept in milliseconds, and fields that are not numbers
are stored as 0. Written points are read with MetricsQL or `/api/v1/export`. Source:
https://docs.victoriametrics.com/victoriametrics/integrations/influxdb/
"""

from __future__ import annotations

from typing import ClassVar

from influx_core._api.base import QueryRequest
from influx_core._api.v1 import V1
from influx_core.errors import ConfigError
from influx_core.interfaces import Request

__all__ = ["VictoriaMetrics"]


class VictoriaMetrics(V1):
    """The requests and responses of VictoriaMetrics."""

    name = "victoriametrics"
    has_admin_api = False
    health_path = "/health"
    flux_path = None
    supported_options: ClassVar = frozenset[str]()

    def require_admin_api(self, action: str) -> None:
        """Raise an error: there is nothing that InfluxQL manages.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(
            f"api 'victoriametrics' cannot {action}: it has no databases, policies and users; db "
            "is a label that a write gives to its series"
        )

    def query_request(self, query: QueryRequest) -> Request:
        """The request for the names of databases: the only InfluxQL it answers."""
        if query.text.strip().rstrip(";").upper().split() != ["SHOW", "DATABASES"]:
            raise ConfigError(
                "api 'victoriametrics' answers no InfluxQL but SHOW DATABASES; read with its own "
                "/api/v1/export or MetricsQL"
            )
        return super().query_request(query)
