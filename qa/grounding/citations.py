"""Citations: quotes that were checked against the current content of the file."""

from __future__ import annotations

from collections.abc import Callable

from qa.corpus import Corpus, UnreadableFile
from qa.datatypes import Citation, Passage

Cite = Callable[[int, Passage, int, int], Citation]
"""Number, passage, start and end in the passage's text -> a citation, checked against the file."""


class CitationBuilder:
    """Builds the citations of one answer; each file is read once."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._texts: dict[str, str | None] = {}

    def __call__(self, number: int, passage: Passage, start: int, end: int) -> Citation:
        """Return citation ``number`` for ``passage.text[start:end]``, checked against the file.

        A quote that moved within its file is cited at its new position; one that is gone is cited at its old
        position and marked as stale.
        """
        quote = passage.text[start:end]
        indexed = passage.start + start
        text = self._text(passage.path)
        current = _find(text, quote, indexed) if text is not None else None
        if text is None or current is None:
            position = indexed
            line = passage.line_start + passage.text.count("\n", 0, start)
        else:
            position = current
            line = text.count("\n", 0, position) + 1
        return Citation(
            number=number,
            path=passage.path,
            title=passage.title,
            published=passage.published,
            line_start=line,
            line_end=line + quote.count("\n"),
            start=position,
            end=position + len(quote),
            quote=quote,
            stale=current is None,
        )

    def _text(self, path: str) -> str | None:
        if path not in self._texts:
            try:
                self._texts[path] = self._corpus.text(path)
            except UnreadableFile:
                self._texts[path] = None
        return self._texts[path]


def _find(text: str, quote: str, expected: int) -> int | None:
    """Return the position of ``quote`` in ``text`` nearest to ``expected``, or None."""
    if text[expected : expected + len(quote)] == quote:
        return expected
    after = text.find(quote, expected)
    before = text.rfind(quote, 0, expected + len(quote))
    positions = [position for position in (before, after) if position >= 0]
    return min(positions, key=lambda position: abs(position - expected), default=None)
