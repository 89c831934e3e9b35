"""Removing what nobody needs any more from the servers of an index; requires the lock of its writer."""

from __future__ import annotations

from contextlib import suppress

from qa.errors import IndexDamaged, QAError
from qa.index.servers.catalog import StoredCollection, current_state
from qa.index.servers.chroma_server import ChromaServer
from qa.index.servers.connection import Connection
from qa.index.servers.schema import schema_of

_READ_MINUTES = 10
"""How long vectors outlive their chunks: longer than anybody takes to answer one question."""
_LOCK_WAIT = "1s"
"""How long to wait for those who read an old build; the next run tries again. They cannot wait for this, too: the first
table that is locked, the manifest, is also the first that they read."""
_DELETED_AT_ONCE = 1_000
_NUMBERS = (
    "SELECT substring(nspname FROM 4)::bigint AS number, oid AS namespace FROM pg_namespace"
    " WHERE nspname ~ '^qa_[1-9][0-9]{0,17}$' UNION SELECT build, NULL FROM qa.collections"
)
"""Numbers that are in use by a schema or by collections."""


def sweep(connection: Connection, server: ChromaServer) -> None:
    """Remove builds that are not current, vectors of removed chunks, and what was stored and never committed.

    Builds that somebody reads stay; so does what cannot be removed because a server does not answer.
    """
    state = current_state(connection)
    current = state.build if state else None
    for build in _own_builds(connection):
        if build != current:
            _drop(connection, server, build)
    if current is not None:
        schema = schema_of(current)
        # What is damaged must not prevent a rebuild.
        with suppress(IndexDamaged):
            _forget_collections(connection, server, current)
            _forget_removed(connection, server, schema)
            _forget_uncommitted(connection, server, schema)


def next_build(connection: Connection) -> int:
    """Return a number for a new build, larger than any in use."""
    (last,) = connection.execute(f"SELECT coalesce(max(number), 0) FROM ({_NUMBERS}) AS numbers").fetchall()[0]
    return int(last) + 1


def _own_builds(connection: Connection) -> list[int]:
    """Return the numbers of the builds of which anything exists, without schemas that only have such a name."""
    rows = connection.execute(
        f"SELECT number FROM ({_NUMBERS}) AS numbers WHERE namespace IS NULL OR EXISTS"
        " (SELECT FROM pg_class WHERE relnamespace = namespace AND relname IN ('chunk_keys', 'fulltext_totals'))"
        " ORDER BY 1"
    )
    return list(dict.fromkeys(number for (number,) in rows))


def _drop(connection: Connection, server: ChromaServer, build: int) -> None:
    """Remove a build, unless somebody reads it."""
    with suppress(QAError):
        connection.execute(f"SET lock_timeout = '{_LOCK_WAIT}'")
        try:
            connection.execute(f"DROP SCHEMA IF EXISTS {schema_of(build)} CASCADE")
        finally:
            connection.execute("RESET lock_timeout")
        rows = connection.execute("SELECT name FROM qa.collections WHERE build = ?", (build,))
        _drop_collections(connection, server, [name for (name,) in rows])


def _forget_collections(connection: Connection, server: ChromaServer, build: int) -> None:
    """Remove the collections that an update of the current build created and never committed."""
    rows = connection.execute(
        "SELECT name FROM qa.collections WHERE build = ? AND name NOT IN"
        f" (SELECT name FROM {schema_of(build)}.collections)",
        (build,),
    )
    _drop_collections(connection, server, [name for (name,) in rows])


def _drop_collections(connection: Connection, server: ChromaServer, names: list[str]) -> None:
    for name in names:
        server.drop(name)
        connection.execute("DELETE FROM qa.collections WHERE name = ?", (name,))


def _forget_removed(connection: Connection, server: ChromaServer, schema: str) -> None:
    """Remove the vectors of chunks that were removed some minutes ago."""
    while True:
        rows = connection.execute(
            f"SELECT key FROM {schema}.removed WHERE at < now() - interval '{_READ_MINUTES} minutes'"
            f" ORDER BY key LIMIT {_DELETED_AT_ONCE}"
        )
        keys = [key for (key,) in rows]
        if not keys:
            return
        _delete(connection, server, schema, keys)
        connection.execute(f"DELETE FROM {schema}.removed WHERE key = ANY(?)", (keys,))


def _forget_uncommitted(connection: Connection, server: ChromaServer, schema: str) -> None:
    """Remove the vectors that an update stored and never committed."""
    for first, last in connection.execute(f"SELECT first, last FROM {schema}.stored").fetchall():
        rows = connection.execute(f"SELECT key FROM {schema}.chunks WHERE key BETWEEN ? AND ?", (first, last))
        committed = {key for (key,) in rows}
        _delete(connection, server, schema, [key for key in range(first, last + 1) if key not in committed])
        connection.execute(f"DELETE FROM {schema}.stored WHERE first = ? AND last = ?", (first, last))


def _delete(connection: Connection, server: ChromaServer, schema: str, keys: list[int]) -> None:
    rows = connection.execute(f"SELECT name, label, vectors FROM {schema}.collections ORDER BY id").fetchall()
    for each in [StoredCollection(*row) for row in rows] if keys else []:
        collection = server.open(each.name)
        collection.delete(keys)
        count = collection.count()
        connection.execute(f"UPDATE {schema}.collections SET vectors = ? WHERE name = ?", (count, each.name))
