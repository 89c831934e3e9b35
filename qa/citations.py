"""Citations: a quote, and the proof that it stands in the file as it is now."""

from __future__ import annotations

from qa.corpus import Corpus, UnreadableFile
from qa.datatypes import Citation, Passage


class Citer:
    """Makes the citations of one answer; each file is read once."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._texts: dict[str, str | None] = {}

    def __call__(self, number: int, passage: Passage, start: int, end: int) -> Citation:
        """Return citation ``number`` for ``passage.text[start:end]``, checked against the file.

        A quote that moved within its file is cited where it stands now; one that is gone is cited
        where it stood and marked stale.
        """
        quote = passage.text[start:end]
        indexed = passage.start + start
        text = self._text(passage.file)
        place = _find(text, quote, indexed) if text is not None else None
        if text is None or place is None:
            line = passage.line_start + passage.text.count("\n", 0, start)
            place = indexed
        else:
            line = text.count("\n", 0, place) + 1
        return Citation(
            number=number,
            file=passage.file,
            title=passage.title,
            published=passage.published,
            line_start=line,
            line_end=line + quote.count("\n"),
            start=place,
            end=place + len(quote),
            quote=quote,
            stale=text is None or text[place : place + len(quote)] != quote,
        )

    def _text(self, path: str) -> str | None:
        if path not in self._texts:
            try:
                self._texts[path] = self._corpus.text(path)
            except UnreadableFile:
                self._texts[path] = None
        return self._texts[path]


def _find(text: str, quote: str, expected: int) -> int | None:
    """Return where ``quote`` stands in ``text``, the place nearest to ``expected``, or None."""
    if text[expected : expected + len(quote)] == quote:
        return expected
    after = text.find(quote, expected)
    before = text.rfind(quote, 0, expected + len(quote))
    places = [place for place in (before, after) if place >= 0]
    return min(places, key=lambda place: abs(place - expected), default=None)
