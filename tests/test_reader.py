"""The sentence reader: which sentence answers, which phrase of it, and whether anything answers at all."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.datatypes import Passage, Scores
from qa.reader import Reading
from qa.reader.phrases import find_phrase
from qa.reader.questions import Kind, Question, parse_question
from qa.reader.sentences import PASSAGES_READ, SENTENCES_EMBEDDED, SentenceReader
from qa.words import content_words, stem, words


class WordEmbedder:
    """Stands in for the model: texts are alike as far as they share word stems."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        self.texts.extend(texts)
        vectors = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in content_words(text):
                row[zlib.crc32(stem(word).encode()) % 512] = 1.0
            row /= max(float(np.linalg.norm(row)), 1.0)
        return vectors


def passage(text: str, rank: int = 1, title: str = "", published: date | None = None, file: str = "a.txt") -> Passage:
    fused = 1.0 / rank
    return Passage(file, title, published, 0, len(text), 1, 1, text, rank, Scores(fused, fused, fused))


def reader_of(passages: Sequence[Passage]) -> SentenceReader:
    stems = [{stem(word) for word in words(one.text)} for one in passages]
    return SentenceReader(WordEmbedder(), lambda word: sum(word in one for one in stems), len(stems))


def read(question: str, *texts: str) -> tuple[Reading, list[Passage]]:
    passages = [passage(text, rank) for rank, text in enumerate(texts, 1)]
    return reader_of(passages).read(question, passages), passages


def best(reading: Reading, passages: Sequence[Passage]) -> tuple[str, str | None]:
    """Return the likeliest sentence and the short answer in it."""
    pairs = [(span, place) for place, spans in enumerate(reading.spans) for span in spans]
    span, place = max(pairs, key=lambda pair: pair[0].probability)
    text = passages[place].text
    return text[span.start : span.end], text[slice(*span.short)] if span.short else None


def question(text: str) -> Question:
    return parse_question(text, lambda _: 1, 100)


HARBOUR = (
    "The old harbour of Lindholm was closed in March 1987. It had served 240 fishing boats for a century. "
    "The mayor of Lindholm, Karin Osk, opened the new harbour in 1991. A ferry now leaves for Sandvik every hour."
)
MILL = "The paper mill employed 1,200 workers in its best year. Its chimney still stands beside the river."


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("Who opened the harbour?", Kind.PERSON),
        ("which minister resigned", Kind.PERSON),
        ("Who is Karin Osk?", Kind.OTHER),
        ("When was it closed?", Kind.DATE),
        ("In what year did the mill open?", Kind.DATE),
        ("How many boats were there?", Kind.NUMBER),
        ("number of boats", Kind.NUMBER),
        ("How old is the mill?", Kind.NUMBER),
        ("Where does the ferry go?", Kind.PLACE),
        ("In which country is Lindholm?", Kind.PLACE),
        ("What did the mayor say?", Kind.OTHER),
        ("harbour closure", Kind.OTHER),
    ],
)
def test_kind_of_answer(asked: str, kind: Kind) -> None:
    """The question word, and the noun after "which", tell what the answer has to be."""
    assert question(asked).kind is kind


def test_terms_weigh_by_rarity() -> None:
    """A rare word decides more than a common one, and one that only frames the question least."""
    asked = parse_question(
        "What kind of boat reached Lindholm?", lambda one: {"boat": 80, "lindholm": 2}.get(one, 0), 100
    )
    weights = {term.word: term.weight for term in asked.terms}

    assert weights["lindholm"] > weights["boat"]
    assert weights["kind"] < weights["reached"]


def test_irregular_forms_are_one_word() -> None:
    """A question with "lead" is met by a text with "led"."""
    (term,) = question("lead").terms

    assert stem("led") in term.stems


@pytest.mark.parametrize(
    ("asked", "sentence", "phrase"),
    [
        ("Who is the mayor of Lindholm?", "The mayor of Lindholm, Karin Osk, opened the harbour.", "Karin Osk"),
        ("Who is the French president?", "A letter from French President Jean Dupont arrived.", "Jean Dupont"),
        ("Who led the choir?", "Anna Berg sat beside the choir led by Tom Ek.", "Tom Ek"),
        ("When was the mill closed?", "The mill was closed on 3 May 1987, its owner said.", "3 May 1987"),
        ("How many boats sank?", "In 1950 about 240 fishing boats sank.", "about 240"),
        ("How much does the mill pay?", "The mill pays $2.5 million.", "$2.5 million"),
        ("Where does the ferry go?", "The ferry goes to Sandvik.", "Sandvik"),
    ],
)
def test_phrase(asked: str, sentence: str, phrase: str) -> None:
    """The phrase of the kind asked for that stands closest to the question's words is found."""
    found = find_phrase(question(asked), sentence)

    assert found is not None
    assert sentence[found.start : found.end] == phrase


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("Who led the delegation?", "Kim Berg met a delegation led by a party secretary."),
        ("Who closed the mill?", "The mill stood on French soil."),
        ("How many boats sank?", "The mill was closed in 1987."),
        ("When did the 1987 strike end?", "The 1987 strike was long."),
        ("What did the mayor say?", "The mayor, Karin Osk, spoke of 240 boats in 1987."),
    ],
)
def test_no_phrase(asked: str, sentence: str) -> None:
    """No phrase is better than one of the wrong kind, or one that the question has already."""
    assert find_phrase(question(asked), sentence) is None


@pytest.mark.parametrize(
    ("asked", "fact", "short"),
    [
        ("Who opened the new harbour?", "Karin Osk", "Karin Osk"),
        ("When was the old harbor closed", "closed in March 1987", "March 1987"),
        ("how many fishing boats did the harbour serve", "240 fishing boats", "240"),
        ("How many workers did the paper mill employ?", "1,200 workers", "1,200"),
        ("ferry sandvik", "A ferry now leaves", None),
    ],
)
def test_best_sentence_and_short_answer(asked: str, fact: str, short: str | None) -> None:
    """The sentence with the fact comes first, in either spelling, without a question mark or as keywords."""
    sentence, phrase = best(*read(asked, HARBOUR, MILL))

    assert fact in sentence
    assert phrase == short


def test_answerable() -> None:
    """Questions that the text answers are told from those it does not, near or far."""
    near, far = "What is the price of the new harbour?", "Who painted the Mona Lisa?"

    assert read("Who opened the new harbour of Lindholm?", HARBOUR, MILL)[0].answerable > 0.6
    assert read(near, HARBOUR, MILL)[0].answerable < 0.4
    assert read(far, HARBOUR, MILL)[0].answerable < 0.05


def test_reason_names_what_is_missing() -> None:
    """The reason names the words that were not found and how much of the question was."""
    reading, _ = read("What is the price of the new harbour?", HARBOUR, MILL)

    assert 'nothing found about "price"' in reading.reason
    assert " % of the question" in reading.reason


def test_published_date_counts() -> None:
    """The date of an article answers for the words of a date in the question."""
    text = "Karin Osk opened the new harbour. A ferry leaves every hour."
    dated = [passage(text, published=date(2024, 3, 21))]
    plain = [passage(text)]
    asked = "What did Karin Osk open in March 2024?"

    assert reader_of(dated).read(asked, dated).answerable > reader_of(plain).read(asked, plain).answerable


def test_heading_stands_back() -> None:
    """A heading is not preferred to the sentence that tells the thing."""
    text = "Mayor opens new harbour\n\nThe mayor opened the new harbour, which took four years to build."
    sentence, _ = best(*read("Which mayor opened the new harbour?", text))

    assert sentence.endswith("build.")


def test_linked_sentence_follows() -> None:
    """A sentence that leaves the name open is followed by the one that has it."""
    open_name = "The Sandvik delegation was led by a Fishery Board member."
    named = "At lunch the mayor met Sandvik Fishery Board member Nils Holm."
    reading, passages = read("Who led the Sandvik delegation?", open_name, MILL, named)
    ranked = sorted(
        ((span.probability, passages[place].text) for place, spans in enumerate(reading.spans) for span in spans),
        reverse=True,
    )

    assert [text for _, text in ranked[:2]] == [open_name, named]


def test_spans_lie_in_their_passages() -> None:
    """There is a tuple for each passage given; offsets and short answers point into its text."""
    passages = [passage(HARBOUR, rank) for rank in range(1, PASSAGES_READ + 3)]
    reading = reader_of(passages).read("Who opened the new harbour?", passages)

    assert len(reading.spans) == len(passages)
    assert reading.spans[-1] == ()
    for spans, one in zip(reading.spans, passages, strict=True):
        assert [span.probability for span in spans] == sorted((span.probability for span in spans), reverse=True)
        for span in spans:
            assert 0 <= span.start < span.end <= len(one.text)
            assert span.short is None or span.start <= span.short[0] < span.short[1] <= span.end


def test_few_sentences_are_embedded() -> None:
    """However long the passages are, only the most promising sentences are embedded."""
    embedder = WordEmbedder()
    text = " ".join(f"Harbour number {number} was closed by the mayor." for number in range(200))
    SentenceReader(embedder, lambda _: 1, 1).read("Who closed the harbour?", [passage(text)])

    assert len(embedder.texts) <= SENTENCES_EMBEDDED + 1


@pytest.mark.parametrize("texts", [(), ("",), ("\n \n",)])
def test_nothing_to_read(texts: tuple[str, ...]) -> None:
    """Without a sentence nothing is answerable."""
    reading, passages = read("Who opened the harbour?", *texts)

    assert reading.answerable == 0.0
    assert reading.spans == tuple(() for _ in passages)
