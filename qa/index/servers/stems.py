"""The words and stems of a text, those that SQLite's full text finds: it is asked once for each character and word."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock

_REMEMBERED = 100_000
"""Stems that are not asked for again."""


class _Tokenizer:
    """One of SQLite's tokenizers."""

    def __init__(self, name: str) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, content='', tokenize='{name}')")
        self._connection.execute("CREATE VIRTUAL TABLE found USING fts5vocab(texts, instance)")
        self._lock = Lock()

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of a text, in order."""
        with self._lock:
            self._connection.execute("INSERT INTO texts(rowid, text) VALUES (1, ?)", (text,))
            rows = self._connection.execute("SELECT term FROM found ORDER BY offset").fetchall()
            self._connection.execute("INSERT INTO texts(texts) VALUES ('delete-all')")
        return [token for (token,) in rows]


class _Folding(dict[int, str]):
    """What is stored of each character; a space for those that are in no word."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order, folded."""
    return text.translate(_FOLDING).split()


def stems_of(words: Iterable[str]) -> dict[str, str]:
    """Return the stem of each of these words."""
    distinct = dict.fromkeys(words)
    if len(_STEMS) > _REMEMBERED:
        _STEMS.clear()
    unknown = [word for word in distinct if word not in _STEMS]
    if unknown:
        tokenizer = _tokenizer("porter unicode61 remove_diacritics 2")
        stems = tokenizer.tokens(" ".join(unknown))
        if len(stems) != len(unknown):  # a letter that SQLite does not know is in no word of its
            stems = ["".join(tokenizer.tokens(word)) or word for word in unknown]
        _STEMS.update(zip(unknown, stems, strict=True))
    return {word: _STEMS[word] for word in distinct}


def stem_of(word: str) -> str:
    """Return the stem of a word."""
    return stems_of([word])[word]


def _folded(character: str) -> str:
    if character == "\0" or "\ud800" <= character <= "\udfff":
        return " "
    tokens = _tokenizer("unicode61 remove_diacritics 2").tokens(f"x{character}x")
    return tokens[0][1:-1] if len(tokens) == 1 else " "


@lru_cache
def _tokenizer(name: str) -> _Tokenizer:
    return _Tokenizer(name)


_FOLDING = _Folding()
_STEMS: dict[str, str] = {}
