"""Writing an index on servers.

A run holds a lock of PostgreSQL on the connection that it writes with, so nobody else writes before that transaction is
over. Vectors are stored before the transaction commits, and removed some minutes after their chunks: those who read the
state before still need them. What a run that was interrupted leaves behind is invisible, and recorded: the next one
removes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress

from qa.errors import IndexDamaged, IndexLocked, IndexMissing, QAError
from qa.index.former import NO_VECTORS, FormerVectors
from qa.index.manifest import Manifest
from qa.index.servers.catalog import PostgresCatalog, begin_reading, read_manifest
from qa.index.servers.catalog_writer import PostgresCatalogWriter
from qa.index.servers.chroma_server import ChromaServer
from qa.index.servers.connection import LOST_SECONDS, Connection
from qa.index.servers.health import check
from qa.index.servers.schema import INDEX_TABLES
from qa.index.servers.sweeping import next_build, sweep
from qa.index.servers.vectors import ServerVectors, ServerVectorWriter
from qa.index.storage import Health, VectorSearch
from qa.settings_servers import ServerLocation

_LOCK = 0x7161_696E_6465_78
"""The advisory lock of the database that admits one writer: "qaindex"."""
_LOCK_SECONDS = 2.0
_SESSION = (
    f"SET tcp_keepalives_idle = {LOST_SECONDS}; SET tcp_keepalives_interval = {LOST_SECONDS};"
    f" SET tcp_user_timeout = '{LOST_SECONDS}s'; SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0"
)
"""Settings of the connection that holds the lock: a server that lost its client to the network would hold it for hours;
and a transaction is idle while chunks are embedded, and long while an index of words is made, whatever the
administrator allows others."""


class ServerWriter:
    """Writes an index on servers; ``connect`` opens a connection to the database."""

    def __init__(self, connect: Callable[[], Connection], location: ServerLocation) -> None:
        self._connect = connect
        self._location = location
        self._connection: Connection | None = None
        """The one that holds the lock."""

    def errors_reported(self) -> AbstractContextManager[None]:
        """Do nothing: the connections report their errors."""
        return nullcontext()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock, and prepare the database for its first index."""
        with closing(self._connect()) as connection:
            connection.execute(_SESSION)
            self._lock(connection)
            connection.execute(INDEX_TABLES)
            self._connection = connection
            try:
                yield
            finally:
                self._connection = None

    def last_generation(self) -> int:
        """Return the number of the last generation, as far as it can be read; 0 if there is none."""
        with closing(self._connect()) as connection, suppress(IndexDamaged):
            return read_manifest(connection).generation if begin_reading(connection) else 0
        return 0

    def begin(self, manifest: Manifest) -> ServerBuild:
        """Begin a new build."""
        return self._opened(
            lambda connection, journal: PostgresCatalogWriter.create(
                connection, journal, next_build(connection), manifest
            ),
            is_new=True,
        )

    def edit(self, build: int) -> ServerBuild:
        """Begin to change the current build."""
        return self._opened(lambda connection, journal: PostgresCatalogWriter.edit(connection, journal, build))

    def _opened(
        self, open_catalog: Callable[[Connection, Connection], PostgresCatalogWriter], is_new: bool = False
    ) -> ServerBuild:
        """Return a build whose catalog is opened once what is outdated is removed."""
        server = ChromaServer(self._location.vectors)
        connection, journal = self._locked(), self._connect()
        try:
            sweep(connection, server)
            catalog = open_catalog(connection, journal)
        except BaseException:
            journal.close()
            raise
        return ServerBuild(catalog, server, connection, journal, is_new)

    def compact(self, on_begin: Callable[[], None]) -> None:
        """Remove what is outdated, unless another process writes."""
        with suppress(IndexLocked), self.writing():
            sweep(self._locked(), ChromaServer(self._location.vectors))

    def check(self) -> Health:
        """Check catalog and vectors, repair what can be repaired, and remove what is outdated."""
        with self.writing(), closing(self._connect()) as connection:
            state = begin_reading(connection)
            if state is None:
                raise IndexMissing(f"There is no index in {self._location}", "Run: qa index")
            server = ChromaServer(self._location.vectors)
            connection.execute("SELECT FROM stored, removed, chunk_keys LIMIT 0")  # which only writing uses
            health = check(PostgresCatalog.of(connection, state), server)
            connection.execute("ROLLBACK")
            sweep(self._locked(), server)
        return health

    def _locked(self) -> Connection:
        assert self._connection is not None, "only while writing"
        return self._connection

    def _lock(self, connection: Connection) -> None:
        deadline = time.monotonic() + _LOCK_SECONDS
        while connection.execute("SELECT pg_try_advisory_lock(?)", (_LOCK,)).fetchone() != (True,):
            if time.monotonic() > deadline:
                holder = connection.execute(
                    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
                    " WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = ?"
                    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                    (_LOCK,),
                ).fetchone()
                raise IndexLocked(
                    f"Another process ({holder[0] if holder else 'unknown'}) is writing the index {self._location}",
                    "Wait for it to finish; questions can be asked meanwhile.",
                )
            time.sleep(0.1)


class ServerBuild:
    """A build that is changed."""

    former: FormerVectors = NO_VECTORS
    """None: the vectors of an earlier version of qa are not taken over."""

    def __init__(
        self,
        catalog: PostgresCatalogWriter,
        server: ChromaServer,
        connection: Connection,
        journal: Connection,
        is_new: bool = False,
    ) -> None:
        self.catalog = catalog
        """Its catalog."""
        self._server = server
        self._connection = connection
        self._journal = journal
        self._is_new = is_new

    def vectors(self) -> VectorSearch:
        """Open the vectors of the collections that are listed."""
        return ServerVectors(self._server, self.catalog)

    def new_vectors(self) -> ServerVectorWriter:
        """Begin to store vectors."""
        return ServerVectorWriter(self._server, self.catalog)

    def commit(self) -> Manifest:
        """Commit the catalog; switch to a new build."""
        return self.catalog.publish() if self._is_new else self.catalog.commit()

    def clean_up(self) -> None:
        """Remove what is outdated, as far as nobody reads it."""
        with suppress(QAError):
            sweep(self._connection, self._server)
        self._journal.close()

    def abandon(self) -> None:
        """Undo what was not committed, and remove it; if a connection is lost, the next run does."""
        # Without the lock, what looks unfinished might be committed in this moment.
        with suppress(QAError):
            if not self._connection.is_lost:
                self.catalog.roll_back()
                sweep(self._connection, self._server)
        self._journal.close()
