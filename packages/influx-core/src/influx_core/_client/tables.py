"""Creates and deletes tables of InfluxDB 3."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from influx_core._api import v3_configuration as configuration
from influx_core._api.v3_configuration import FieldTypeName, HardDelete
from influx_core._client.session import ServerSession

__all__ = ["Tables"]


class Tables:
    """Creates and deletes tables of InfluxDB 3; available as `client.admin.tables`.

    You need not create a table before you write to it: a write creates missing tables and columns.
    `create` fixes the columns and their types in advance.

    All methods raise ConfigError, before anything is sent, if the server is not InfluxDB 3.

    Args:
        session: the session with the server.
        database: returns the database of a call; raises ConfigError if there is none.
    """

    def __init__(self, session: ServerSession, database: Callable[[str | None], str]) -> None:
        self._session = session
        self._database = database

    async def create(
        self,
        name: str,
        tags: Iterable[str],
        fields: Mapping[str, FieldTypeName] | None = None,
        *,
        db: str | None = None,
    ) -> None:
        """Create a table.

        Args:
            name: the name of the table; points of the measurement with this name are stored there.
            tags: the tag keys, in the order of the series key.
            fields: the types of the fields: `float`, `integer`, `unsigned`, `string` or `boolean`.
            db: the database; the client's database by default.

        Raises:
            AlreadyExists: the table exists.
            NotFound: the database does not exist.
            LimitReached: the server allows no more tables, or not so many columns.
        """
        request = configuration.create_table(self._database(db), name, tags, fields or {})
        await self._session.configure("tables", request)

    async def delete(
        self, name: str, *, db: str | None = None, hard_delete_at: HardDelete | None = None
    ) -> None:
        """Delete a table with its data.

        Args:
            name: the name of the table.
            db: the database; the client's database by default.
            hard_delete_at: when the server removes the data: `now`, `never`, `default` or a time.
                The default is the delay in the configuration of the server.

        Raises:
            NotFound: the table or the database does not exist.
        """
        at = configuration.hard_delete_text(hard_delete_at)
        request = configuration.drop_table(self._database(db), name, at)
        await self._session.configure("tables", request)
