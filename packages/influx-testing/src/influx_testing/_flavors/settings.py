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
"""The attribute of `Settings` for each setting of the configuration file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of a server.

    The defaults are those of the real server, except that 3.x has no limits. A limit of 0 means no
    limit.

    Attributes:
        auth_enabled: whether requests need credentials.
        max_body_size: the most bytes of a write.
        max_row_limit: the most rows of a response without chunks.
        max_select_buckets: the most buckets of a query; with 0, only the fake's own limit applies.
        max_select_point: the most points that a query may read.
        max_series_per_database: the most series of a database.
        max_values_per_tag: the most values of a tag.
        num_database_limit: the most databases of 3.x.
        num_table_limit: the most tables of a database of 3.x.
        num_total_columns_per_table_limit: the most columns of a table of 3.x.
        ping_auth_enabled: whether `/ping` and `/status` of 1.8 need credentials; 1.6 ignores it.
        realm: the realm in the header WWW-Authenticate of a refused request.
        retention_autocreate: whether new databases get the policy `autogen`.
        shared_secret: the secret that signs bearer tokens; if empty, all of them are refused.
        udp_database: the database for datagrams; it is created with their first points.
        udp_precision: the unit of times in datagrams: n, u, ms, s, m or h.
        udp_retention_policy: the retention policy for datagrams; empty for the default one.
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
        """Create settings from their names in the configuration file, as `http.auth-enabled`.

        Raises:
            ConfigError: the fake has no such setting, or its value has another type.
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
