"""Creates and deletes tables of InfluxDB 3."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from influx_core._api import v3_configuration as configuration
from influx_core._api.v3_configuration import FieldTypeName, HardDelete
from influx_core._client.session import ServerSession

__all__ = ["Tables"]


class Tables:
    """Creates and deletes tables of InfluxDB 3; available as `client.admin.tables`.

    A write creates the table and the columns that it needs; a table that was created before has
    its columns and their types from the start.

    All methods raise ConfigError, before anything is sent, if the server is not InfluxDB 3.

    Args:
        session: the session with the server.
        database: the name of the database of a call; raises ConfigError if there is none.
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
            name: the name of the table, which is that of the measurement.
            tags: the tag keys, in order.
            fields: the types of the fields: `float`, `integer`, `unsigned`, `string` or `boolean`.
            db: the database; the client's database by default.

        Raises:
            AlreadyExists: there is such a table.
            NotFound: there is no such database.
            LimitReached: the database has no room for another table.
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
            hard_delete_at: when the data are deleted: `now`, `never`, `default` or a time; by
                default after the time that the server is configured with.

        Raises:
            NotFound: there is no such table, or no such database.
        """
        at = configuration.hard_delete_text(hard_delete_at)
        request = configuration.drop_table(self._database(db), name, at)
        await self._session.configure("tables", request)
