"""What the tables of a catalog need of a database: SQLite and PostgreSQL take the same statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Protocol

from qa.datatypes import NO_FILTER, Chunk, Filter


class Rows(Protocol):
    """What a statement returns."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """Return the next row; None if there is none."""
        ...

    def fetchall(self) -> list[Any]:
        """Return all other rows."""
        ...


class Database(Protocol):
    """A connection, in which transactions are begun explicitly; values stand for question marks."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        ...

    def execute(self, sql: str, values: Any = (), /) -> Rows:
        """Run a statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Any], /) -> object:
        """Run a statement with each of these rows of values."""
        ...

    def close(self) -> None:
        """Close, undoing what was not committed."""
        ...


class FulltextTable(Protocol):
    """The full text of the chunks of a catalog; ``Fulltext`` says what each method does."""

    @property
    def frequency(self) -> Callable[[str], int]:
        """Returns how many chunks contain a word with this stem, header included."""
        ...

    def add(self, chunks: Iterable[tuple[int, Chunk]], document_id: int) -> None:
        """Add the chunks of a document by key."""
        ...

    def remove(self, chunks: Iterable[tuple[int, Chunk]]) -> None:
        """Remove chunks by key; they must be given as they were added."""
        ...

    def flush(self) -> None:
        """Write what was added or removed, before it is committed."""
        ...

    def check(self) -> None:
        """Check that it is not damaged."""
        ...

    def search(
        self, question: str, limit: int, meeting: Filter = NO_FILTER, also: Collection[int] = ()
    ) -> dict[int, float]:
        """Return BM25 scores by key of the best ``limit`` chunks that meet a filter, and of the chunks ``also``."""
        ...

    def containing(self, phrases: Iterable[str]) -> list[int]:
        """Return the keys of the chunks that contain every phrase."""
        ...

    def with_phrase(self, phrase: Sequence[str], limit: int) -> list[int]:
        """Return the keys of the first ``limit`` chunks in which these words stand side by side, in order."""
        ...
