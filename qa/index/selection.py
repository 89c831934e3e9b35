"""The documents of a catalog by what is known of them: which there are with a value, and which meet filters."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from qa.datatypes import Filter
from qa.index.database import Database
from qa.index.queries import SQLITE, Dialect, condition_of
from qa.index.rows import typed

Column = Literal["source", "author", "tags"]
"""What is known of a document and may be chosen by name."""


class Selection:
    """The table of documents of a catalog."""

    def __init__(self, connection: Database, dialect: Dialect = SQLITE) -> None:
        self._connection = connection
        self._dialect = dialect

    def sources(self) -> list[str]:
        """Return the outlets and authors that the documents name, in alphabetical order."""
        rows = self._connection.execute(
            "SELECT DISTINCT source FROM documents WHERE source IS NOT NULL ORDER BY source"
        )
        return [source for (source,) in typed(rows, str)]

    def counts_of(self, column: Column) -> dict[str, int]:
        """Return what documents have in a column, and how many have it, in alphabetical order."""
        # Counted here: SQLite would sort all documents, which takes ten times as long.
        rows = self._connection.execute(f"SELECT {column} FROM documents WHERE {column} IS NOT NULL")
        counts = Counter(value for (value,) in typed(rows, str))
        return {value: counts[value] for value in sorted(counts)}

    def paths(self, *meeting: Filter) -> list[str]:
        """Return the paths of the documents that meet all of these filters, in order."""
        conditions = [condition_of(each, self._dialect) for each in meeting]
        sql = f"SELECT path FROM documents WHERE {' AND '.join(each for each, _ in conditions) or 'true'} ORDER BY path"
        rows = self._connection.execute(sql, [value for _, values in conditions for value in values])
        return [path for (path,) in typed(rows, str)]

    def has_documents(self, meeting: Filter) -> bool:
        """Return whether any document meets a filter."""
        condition, values = condition_of(meeting, self._dialect)
        return (
            self._connection.execute(f"SELECT 1 FROM documents WHERE {condition} LIMIT 1", values).fetchone()
            is not None
        )
