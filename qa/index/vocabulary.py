"""The words of the indexed chunks as they are written, not stemmed: what a misspelt word may have meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from qa.index.database import Database, FulltextTable
from qa.text.words import words, words_as_written

SCHEMA = "CREATE TABLE words (word TEXT PRIMARY KEY, chunks INTEGER NOT NULL) WITHOUT ROWID;"

_LONGEST = 40
"""Letters of the longest word that is stored; longer ones are not words that anyone types."""
_COUNTED_AT_ONCE = 200_000
"""Words whose changed counts are in memory; they take 20 MB."""
_READ = 20
"""Chunks read to learn how a word is capitalised."""


class Vocabulary:
    """The table of words in a catalog, with the number of chunks that contain each; digits and figures are left out."""

    def __init__(
        self, connection: Database, fulltext: FulltextTable, texts: Callable[[Sequence[int]], Iterable[str]]
    ) -> None:
        self._connection = connection
        self._fulltext = fulltext
        self._texts = texts
        """Returns what full text finds of chunks, by key."""
        self._changes: Counter[str] = Counter()
        """By how many chunks each word has more than the table says."""

    def add(self, texts: Iterable[str]) -> None:
        """Count the words of further chunks, each given as one text."""
        self._changes.update(_counted(texts))
        self._flush_if_large()

    def remove(self, texts: Iterable[str]) -> None:
        """Count the words of chunks no longer."""
        self._changes.subtract(_counted(texts))
        self._flush_if_large()

    def flush(self) -> None:
        """Write what was counted: once for many articles, because most words are in many."""
        changes = [(word, count) for word, count in sorted(self._changes.items()) if count]
        self._connection.executemany(
            "INSERT INTO words VALUES (?, ?) ON CONFLICT (word) DO UPDATE SET chunks = words.chunks + excluded.chunks",
            changes,
        )
        fewer = [(word,) for word, count in changes if count < 0]
        self._connection.executemany("DELETE FROM words WHERE word = ? AND chunks <= 0", fewer)
        self._changes.clear()

    def _flush_if_large(self) -> None:
        if len(self._changes) > _COUNTED_AT_ONCE:
            self.flush()

    def is_of(self, texts: Iterable[str]) -> bool:
        """Whether the words are those of all chunks, each given as one text."""
        return bool(dict(self._connection.execute("SELECT word, chunks FROM words")) == _counted(texts))

    def frequency(self, word: str) -> int:
        """Return how many chunks contain this very word, folded."""
        row = self._connection.execute("SELECT CAST(chunks AS BIGINT) FROM words WHERE word = ?", (word,)).fetchone()
        return row[0] if row else 0

    def beginning_with(self, letter: str, shortest: int, longest: int) -> dict[str, int]:
        """Return the words that begin with a letter and have so many letters, with the number of chunks of each."""
        rows = self._connection.execute(
            "SELECT word, CAST(chunks AS BIGINT) FROM words"
            " WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ?",
            (letter, chr(ord(letter) + 1), shortest, longest),
        )
        return dict(rows.fetchall())

    def are_adjacent(self, phrase: Sequence[str]) -> bool:
        """Whether these words stand next to each other, in this order, in any chunk."""
        return bool(self._fulltext.with_phrase(phrase, 1))

    def as_written(self, word: str) -> str:
        """Return a folded word with the capitals and accents that most chunks write it with."""
        texts = self._texts(self._fulltext.with_phrase([word], _READ))
        forms = Counter(form for text in texts for form, folded, _ in words_as_written(text) if folded == word)
        return forms.most_common(1)[0][0] if forms else word


def _counted(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word for word in set(words(text)) if word.isalpha() and 1 < len(word) <= _LONGEST)
    return counts
