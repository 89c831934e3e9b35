"""Finds the articles that mention a phrase, and the sentence of each that shows it best."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from qa.answering.sentences import Sentence, most_readable, sentences_in
from qa.answering.surveys.articles import by_article
from qa.datatypes import Offsets, Passage, Scores
from qa.index import ChunkText, Index
from qa.retrieval import passage_of
from qa.text.words import STOP_WORDS, content_stems, stems, words

CHUNKS_COMPARED = 6
"""Chunks of an article whose sentences are compared for the one to show, first ones first."""

_GAP = r"[^\w\n]{1,3}"
"""What may stand between two words of a phrase."""
_WORD = re.compile(r"[^\W_]+")


class Phrase:
    """Words that must stand next to each other; case, accents, and a plural or possessive ending do not matter.

    Capital letters matter in two cases: "US" is not "us", and a single name in the plural, as in "two Teslas", is not
    the end of another name, as "Williams" is in "Serena Williams".
    """

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        """The phrase as asked for."""
        written = _WORD.findall(unicodedata.normalize("NFKC", self.text))
        self._abbreviations = any(word.isupper() and word.lower() in STOP_WORDS for word in written)
        self._name = len(written) == 1 and written[0][:1].isupper() and not self._abbreviations
        self._written = [word.casefold() if not self._abbreviations else word for word in written]
        *before, last = words(self.text)
        last = _inflected(last, written[-1].islower())
        self._pattern = re.compile(rf"(?<![^\W_]){_GAP.join([*before, last])}(?![^\W_])")

    def occurrences(self, text: str) -> Iterator[Offsets]:
        """Yield where ``text`` contains the phrase."""
        for match in self._pattern.finditer(_folded(text)):
            start, end = match.span()
            tokens = _WORD.findall(text[start:end])
            if self._abbreviations and tokens != self._written:
                continue
            if self._name and tokens[-1].casefold() not in self._written and _ends_name(text[:start]):
                continue
            yield start, end


def articles_with(phrase: Phrase, index: Index) -> dict[str, list[ChunkText]]:
    """Return the chunks that contain a phrase, by article; the first chunk of one that has it only in the title."""
    articles = by_article(chunk for chunk in index.containing([phrase.text]) if any(phrase.occurrences(chunk.text)))
    titled = [entry.path for entry in index.documents() if any(phrase.occurrences(entry.title))]
    return articles | by_article(index.beginnings([path for path in titled if path not in articles], 1))


def articles_with_words(text: str, index: Index) -> dict[str, list[ChunkText]]:
    """Return the chunks of which a sentence contains all content words of ``text``, by article."""
    wanted = content_stems(text)
    chunks = index.containing(wanted)
    layouts = index.chunks([chunk.key for chunk in chunks])

    def together(chunk: ChunkText) -> bool:
        sentences = layouts[chunk.key].chunk.layout.sentences
        return any(wanted <= stems(chunk.text[start:end]) for start, end in sentences)

    return by_article(chunk for chunk in chunks if together(chunk))


def sentence_with_phrase(phrases: Sequence[Phrase], chunks: Sequence[ChunkText], index: Index) -> Sentence | None:
    """Return the sentence of an article that shows best that it contains one of these phrases."""
    passages = _passages(chunks, index)
    containing = (
        _around(passage, *occurrence)
        for passage in passages
        for phrase in phrases
        for occurrence in phrase.occurrences(passage.layout.text)
    )
    return most_readable(containing) or most_readable(sentences_in(passages))


def sentence_with_words(text: str, chunks: Sequence[ChunkText], index: Index) -> Sentence | None:
    """Return the sentence of an article that shows best that it contains all content words of ``text``."""
    wanted = content_stems(text)
    sentences = sentences_in(_passages(chunks, index))
    return most_readable(sentence for sentence in sentences if wanted <= stems(sentence.text))


def _passages(chunks: Sequence[ChunkText], index: Index) -> list[Passage]:
    keys = [chunk.key for chunk in chunks[:CHUNKS_COMPARED]]
    indexed = index.chunks(keys)
    return [passage_of(indexed[key], rank, Scores(1.0, 0.0, 1.0)) for rank, key in enumerate(keys, 1)]


def _around(passage: Passage, start: int, end: int) -> Sentence:
    """Return the sentence, or sentences, that contain these characters of a passage's clean text."""
    around = [sentence for sentence in passage.layout.sentences if sentence[0] < end and start < sentence[1]]
    if around:
        start, end = min(start, around[0][0]), max(end, around[-1][1])
    return Sentence(passage, start, end)


def _inflected(word: str, is_common: bool) -> str:
    """Return a pattern for a folded word and its plural; for a plural and its singular if it is a common noun."""
    if len(word) < 3 or not word.isalpha():
        return word
    if is_common and word.endswith("ies"):
        return f"{word[:-3]}(?:ies|y)"
    if is_common and word.endswith("s") and not word.endswith("ss"):
        return f"{word}?(?:es)?"
    if word.endswith("y"):
        return f"{word[:-1]}(?:y|ys|ies)"
    return f"{word}(?:e?s)?"


def _folded(text: str) -> str:
    """Return ``text`` in lower case without accents, of the same length."""
    if text.isascii():
        return text.lower()
    return "".join(letter if letter.isascii() else _plain(letter) for letter in text).lower()


def _plain(letter: str) -> str:
    decomposed = unicodedata.normalize("NFKD", letter)
    return decomposed[0] if len(decomposed[0].lower()) == 1 else letter


def _ends_name(before: str) -> bool:
    """Whether a text ends with a capitalised word and a space, so that a name may go on."""
    return re.search(r"(?:^|[^.!?\s]\s+)[A-Z][\w.'\u2019-]*\s$", before) is not None
