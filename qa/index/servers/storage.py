"""An index on servers: where it is opened."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from qa.errors import IndexDamaged, IndexLocked, IndexMissing
from qa.index.servers.catalog import PostgresCatalog, begin_reading, current_state
from qa.index.servers.connection import Connection
from qa.index.storage import Size, StorageWriter, VectorSearch
from qa.settings_servers import ServerLocation

_ATTEMPTS = 5
"""How often an index that was rebuilt in the moment of opening it is opened again."""


class ServerStorage:
    """A database in PostgreSQL with the catalog, and a Chroma server with the vectors."""

    is_shared = True
    """Many ask it, from other machines."""

    def __init__(self, location: ServerLocation, local: Path) -> None:
        self._location = location
        self._local = local

    @property
    def name(self) -> str:
        """The address of the database, without a user."""
        return str(self._location)

    @property
    def local(self) -> Path:
        """A folder for what runs on this machine leave for the next one."""
        return self._local

    def is_current(self, build: int) -> bool:
        """Return True: the catalog sees by itself that there is another one."""
        return True

    def current(self) -> int | None:
        """Return the number of the current build."""
        connection = self.connect()
        try:
            state = current_state(connection)
        finally:
            connection.close()
        return state.build if state else None

    def open(self) -> tuple[int, PostgresCatalog]:
        """Open the catalog of the current build."""
        connection = self.connect()
        try:
            for _ in range(_ATTEMPTS):
                state = begin_reading(connection)
                if state is None:
                    raise IndexMissing(f"There is no index in {self.name}", "Run: qa index")
                try:
                    return state.build, PostgresCatalog.of(connection, state)
                except IndexDamaged:
                    connection.execute("ROLLBACK")
                    if current_state(connection) == state:
                        raise
            raise IndexLocked(f"The index {self.name} is rebuilt again and again", "Try again in a moment.")
        except BaseException:
            connection.close()
            raise

    def reading(self) -> AbstractContextManager[None]:
        """Do nothing: the connections report their errors."""
        return nullcontext()

    def vectors(self, build: int, catalog: PostgresCatalog) -> VectorSearch:
        """Open the vectors of all collections."""
        # Imported late: Chroma takes half a second.
        from qa.index.servers.chroma_server import ChromaServer
        from qa.index.servers.vectors import ServerVectors

        return ServerVectors(ChromaServer(self._location.vectors), catalog)

    def size(self, build: int, catalog: PostgresCatalog) -> Size:
        """Return the size of the tables."""
        return Size(catalog.size(), None)

    def for_writing(self) -> StorageWriter:
        """Return what writes the index."""
        from qa.index.servers.writing import ServerWriter

        return ServerWriter(self.connect, self._location)

    def connect(self) -> Connection:
        """Open a connection to the database."""
        return Connection(self._location.database, self.name)
