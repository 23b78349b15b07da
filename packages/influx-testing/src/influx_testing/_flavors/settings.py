"""The settings of a fake server, under the names of the real server's configuration.

Those of 1.x have the names of its configuration file, those of 3.x the names of its options.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from influx_core.errors import ConfigError

__all__ = ["Settings"]

NAMES = {
    "coordinator.max-select-buckets": "max_select_buckets",
    "coordinator.max-select-point": "max_select_point",
    "data.max-series-per-database": "max_series_per_database",
    "data.max-values-per-tag": "max_values_per_tag",
    "http.auth-enabled": "auth_enabled",
    "http.max-body-size": "max_body_size",
    "http.max-row-limit": "max_row_limit",
    "http.ping-auth-enabled": "ping_auth_enabled",
    "http.realm": "realm",
    "http.shared-secret": "shared_secret",
    "meta.retention-autocreate": "retention_autocreate",
    "num-database-limit": "num_database_limit",
    "num-table-limit": "num_table_limit",
    "num-total-columns-per-table-limit": "num_total_columns_per_table_limit",
    "udp.database": "udp_database",
    "udp.precision": "udp_precision",
    "udp.retention-policy": "udp_retention_policy",
}
"""Where each setting of the configuration file is kept here."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is configured; the defaults are the real server's, but 3.x has no limits.

    Attributes:
        auth_enabled: whether requests need credentials.
        max_body_size: most bytes of a write; 0 is no limit.
        max_row_limit: most rows of an answer without chunks; 0 is no limit.
        max_select_buckets: most buckets of a query; 0 leaves only the fake's own budget.
        max_select_point: most points a query may read; 0 is no limit.
        max_series_per_database: most series of a database; 0 is no limit.
        max_values_per_tag: most values of a tag; 0 is no limit.
        num_database_limit: most databases of 3.x; 0 is no limit.
        num_table_limit: most tables of a database of 3.x; 0 is no limit.
        num_total_columns_per_table_limit: most columns of a table of 3.x; 0 is no limit.
        ping_auth_enabled: whether `/ping` needs credentials.
        realm: what a refused request is told to log in to.
        retention_autocreate: whether new databases get the policy `autogen`.
        shared_secret: what signs bearer tokens; empty refuses all of them.
        udp_database: where the points of datagrams go; it is made with the first of them.
        udp_precision: the unit of their times: n, u, ms, s, m or h.
        udp_retention_policy: the policy they go to; empty for the default one.
    """

    auth_enabled: bool = False
    max_body_size: int = 25_000_000
    max_row_limit: int = 0
    max_select_buckets: int = 0
    max_select_point: int = 0
    max_series_per_database: int = 1_000_000
    max_values_per_tag: int = 100_000
    num_database_limit: int = 0
    num_table_limit: int = 0
    num_total_columns_per_table_limit: int = 0
    ping_auth_enabled: bool = False
    realm: str = "InfluxDB"
    retention_autocreate: bool = True
    shared_secret: str = ""
    udp_database: str = "udp"
    udp_precision: str = ""
    udp_retention_policy: str = ""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Settings:
        """Read settings by their names in the configuration file: `http.auth-enabled`.

        Raises:
            ConfigError: there is no such setting here, or its value is of another type.
        """
        values: dict[str, Any] = {}
        for name, value in config.items():
            if name not in NAMES:
                raise ConfigError(f"no setting {name!r}; known: {', '.join(sorted(NAMES))}")
            default = getattr(cls(), NAMES[name])
            if type(value) is not type(default):
                raise ConfigError(
                    f"the setting {name} takes a {type(default).__name__}, not {value!r}"
                )
            values[NAMES[name]] = value
        return cls(**values)
