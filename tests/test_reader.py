"""The reader: which phrase answers, where it stands, how likely it does, and what was not read."""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import qa
from qa.datatypes import Passage, Scores, Span
from qa.errors import ModelError
from qa.reader import Reading
from qa.reader.network import LONGEST_ANSWER, SHIPPED, SPANS_PER_PASSAGE, WINDOW, ScoredSpan, SpanNetwork
from qa.reader.questions import Form
from qa.reader.sentences import SENTENCES_EMBEDDED
from qa.reader.spans import PASSAGES_READ, SpanReader
from qa.words import content_words, stem, words

HARBOUR = (
    "The old harbour of Lindholm was closed in March 1987. It had served 240 fishing boats for a century. "
    "The mayor of Lindholm, Karin Osk, opened the new harbour in 1991. A ferry now leaves for Sandvik every hour."
)
MILL = "The paper mill employed 1,200 workers in its best year. Its chimney still stands beside the river."
FILLER = "The weather was mild, the wind came from the west, and nobody thought much about it at the time. "


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


@pytest.fixture(scope="module")
def network() -> SpanNetwork:
    """The network that is shipped."""
    return SpanNetwork()


def passage(text: str, rank: int = 1, title: str = "", published: date | None = None, file: str = "a.txt") -> Passage:
    fused = 1.0 / rank
    return Passage(file, title, published, 0, len(text), 1, 1, text, rank, Scores(fused, fused, fused))


def reader_of(network: SpanNetwork, passages: Sequence[Passage]) -> SpanReader:
    stems = [{stem(word) for word in words(one.text)} for one in passages]
    return SpanReader(network, WordEmbedder(), lambda word: sum(word in one for one in stems), len(stems))


def read(network: SpanNetwork, question: str, *texts: str) -> tuple[Reading, list[Passage]]:
    passages = [passage(text, rank) for rank, text in enumerate(texts, 1)]
    return reader_of(network, passages).read(question, passages), passages


def best(reading: Reading, passages: Sequence[Passage]) -> tuple[str, str | None]:
    """Return the likeliest sentence and the short answer in it."""
    pairs = [(span, place) for place, spans in enumerate(reading.spans) for span in spans]
    span, place = max(pairs, key=lambda pair: pair[0].probability)
    text = passages[place].text
    return text[span.start : span.end], text[slice(*span.short)] if span.short else None


@pytest.mark.parametrize(
    ("asked", "fact", "short"),
    [
        ("Who was the mayor of Lindholm?", "Karin Osk", "Karin Osk"),
        ("When was the old harbor closed", "closed in March 1987", "March 1987"),
        ("how many fishing boats did the harbour serve", "240 fishing boats", "240"),
        ("How many workers did the paper mill employ?", "1,200 workers", "1,200"),
        ("Where does the ferry go?", "A ferry now leaves", "Sandvik"),
        ("What still stands beside the river?", "Its chimney", "chimney"),
    ],
)
def test_best_sentence_and_short_answer(network: SpanNetwork, asked: str, fact: str, short: str) -> None:
    """The phrase that answers comes first, with the sentence that holds it."""
    sentence, phrase = best(*read(network, asked, HARBOUR, MILL))

    assert fact in sentence
    assert short in (phrase or "")


def test_answerable(network: SpanNetwork) -> None:
    """Questions that the text answers are told from those it does not, near or far."""
    near, far = "What is the price of the new harbour?", "Who painted the Mona Lisa?"
    right = read(network, "Who opened the new harbour of Lindholm?", HARBOUR, MILL)[0].answerable

    assert right > 0.6
    assert read(network, near, HARBOUR, MILL)[0].answerable < right - 0.3
    assert read(network, far, HARBOUR, MILL)[0].answerable < 0.1


def test_reason_names_what_is_missing(network: SpanNetwork) -> None:
    """The reason names the words that were not found and how much of the question was."""
    reading, _ = read(network, "What is the price of the new harbour?", HARBOUR, MILL)

    assert 'nothing found about "price"' in reading.reason
    assert " % of the question" in reading.reason


def test_the_same_answer_elsewhere_makes_it_likelier(network: SpanNetwork) -> None:
    """Two articles that agree count more than one that says it twice."""
    again = "In 1991 the new harbour of Lindholm was opened by Karin Osk."
    asked = "When was the new harbour of Lindholm opened?"

    def likeliest(file: str) -> float:
        passages = [passage(HARBOUR), passage(again, 2, file=file)]
        reading = reader_of(network, passages).read(asked, passages)
        return max(span.probability for spans in reading.spans for span in spans)

    assert likeliest("b.txt") > likeliest("a.txt")


def test_whom_a_sentence_only_describes_is_named(network: SpanNetwork) -> None:
    """A sentence that leaves the name open is followed by the one that has it."""
    open_name = "The Sandvik delegation was led by a Fishery Board member."
    named = "At lunch the mayor met Sandvik Fishery Board member Nils Holm."
    reading, passages = read(network, "Who led the Sandvik delegation?", open_name, MILL, named)
    spans = [(span, passages[place].text) for place, found in enumerate(reading.spans) for span in found]
    likeliest = max(span.probability for span, _ in spans)

    assert {open_name: "a Fishery Board member", named: "Nils Holm"} == {
        text: text[slice(*span.short)] for span, text in spans if span.short and span.probability == likeliest
    }


class CountingNetwork:
    """The shipped network, counting the passages it reads."""

    def __init__(self, network: SpanNetwork) -> None:
        self._network = network
        self.read_texts: list[str] = []

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[ScoredSpan]]:
        self.read_texts.extend(one.text for one in passages)
        return self._network.read(question, passages)


@pytest.mark.parametrize(
    ("asked", "all_read"),
    [
        ("When was the old harbour of Lindholm closed?", False),
        ("Which boats served the old harbour of Lindholm?", True),
        ("Why was the old harbour of Lindholm closed?", True),
        ("Who painted the Mona Lisa?", True),
    ],
)
def test_reading_stops_when_more_can_not_change_the_answer(network: SpanNetwork, asked: str, all_read: bool) -> None:
    """One sure phrase is enough, but a list, an explanation and a refusal need all that was found."""
    counting = CountingNetwork(network)
    passages = [passage(HARBOUR), *(passage(f"{number}. {MILL}", number) for number in range(2, 7))]
    reading = SpanReader(counting, WordEmbedder(), lambda _: 1, 6).read(asked, passages)

    assert all_read == (len(counting.read_texts) == len(passages))
    assert HARBOUR in counting.read_texts
    assert [one is not None for one in reading.relevance] == [one.text in counting.read_texts for one in passages]


def test_published_date_counts(network: SpanNetwork) -> None:
    """The date of an article answers for the words of a date in the question."""
    text = "Karin Osk opened the new harbour. A ferry leaves every hour."
    dated = [passage(text, published=date(2024, 3, 21))]
    plain = [passage(text)]
    asked = "What did Karin Osk open in March 2024?"

    with_date, without = (reader_of(network, one).read(asked, one).answerable for one in (dated, plain))
    assert with_date > without


def test_a_question_for_yes_or_no_gets_sentences(network: SpanNetwork) -> None:
    """The sentence that decides comes first, no phrase is offered, and few sentences are embedded."""
    passages = [passage(HARBOUR), passage(" ".join(f"Pier {n} was closed by the mayor." for n in range(99)), 2)]
    embedder = WordEmbedder()
    reading = SpanReader(network, embedder, lambda _: 1, 2).read("Was the old harbour closed in March 1987?", passages)

    assert reading.form is Form.DECISION
    assert ("The old harbour of Lindholm was closed in March 1987.", None) == best(reading, passages)
    assert len(embedder.texts) <= SENTENCES_EMBEDDED + 1


@pytest.mark.parametrize("asked", ["Who opened the new harbour?", "Was the new harbour opened?"])
def test_spans_lie_in_their_passages(network: SpanNetwork, asked: str) -> None:
    """There is an entry for each passage given; offsets and short answers point into its text."""
    passages = [passage(f"{number}. {HARBOUR}", number) for number in range(1, PASSAGES_READ + 3)]
    reading = reader_of(network, passages).read(asked, passages)

    assert len(reading.spans) == len(reading.relevance) == len(passages)
    assert reading.spans[-2:] == ((), ())
    assert reading.relevance[-2:] == (None, None)
    assert reading.relevance[0] is not None
    for spans, one in zip(reading.spans, passages, strict=True):
        assert [span.probability for span in spans] == sorted((span.probability for span in spans), reverse=True)
        for span in spans:
            assert 0 <= span.start < span.end <= len(one.text)
            assert span.short is None or span.start <= span.short[0] < span.short[1] <= span.end


@pytest.mark.parametrize("asked", ["Who opened the harbour?", "Was the harbour opened?"])
@pytest.mark.parametrize("texts", [(), ("",), ("\n \n",)])
def test_nothing_to_read(network: SpanNetwork, asked: str, texts: tuple[str, ...]) -> None:
    """Without a sentence nothing is answerable."""
    reading, passages = read(network, asked, *texts)

    assert reading.answerable == 0.0
    assert reading.spans == tuple(() for _ in passages)


@pytest.mark.parametrize("place", range(0, 60, 12))
def test_an_answer_is_found_anywhere_in_a_long_passage(network: SpanNetwork, place: int) -> None:
    """A passage longer than the window is read in overlapping ones, whole."""
    text = FILLER * place + "The lighthouse of Vika was built by Nils Holm in 1862. " + FILLER * (60 - place)
    (spans,) = network.read("Who built the lighthouse of Vika?", [passage(text)])

    assert "Nils Holm" == text[spans[0].start : spans[0].end]


def test_spans_are_few_short_and_apart(network: SpanNetwork) -> None:
    """At most a handful for a passage, the best first, of whole words, none inside another."""
    text = "unbelievableness of Lindholmshire " * WINDOW
    (spans,) = network.read("What is unbelievable?", [passage(text)])

    assert 0 < len(spans) <= SPANS_PER_PASSAGE
    assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)
    for number, span in enumerate(spans):
        assert {*text[span.start : span.end].split()} <= {"unbelievableness", "of", "Lindholmshire"}
        assert len(text[span.start : span.end].split()) <= LONGEST_ANSWER
        assert all(span.end <= other.start or other.end <= span.start for other in spans[:number])


@pytest.mark.parametrize("question", ["?", "who " * 500, "\u202e\x1b[31m", "[SEP] [CLS] who [MASK]", "何ですか"])
@pytest.mark.parametrize("text", ["x", "\U0001f600" * 400, "[CLS] [SEP] [PAD]", "a\x00b"])
def test_odd_questions_and_texts_are_read(network: SpanNetwork, question: str, text: str) -> None:
    """Nothing a user or an article says breaks the network; spans stay inside the text."""
    (spans,) = network.read(question, [passage(text, title="t" * 900)])

    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_the_shipped_network_is_small_and_whole() -> None:
    """At most 25 MB, of the hash it names, with its card."""
    card = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))

    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) <= 25_000_000
    assert card["onnx_sha256"] == hashlib.sha256((SHIPPED / "model.onnx").read_bytes()).hexdigest()
    assert (SHIPPED / "README.md").is_file()


@pytest.mark.parametrize("harm", ["cut", "swap", "no card", "no file"])
def test_a_damaged_network_is_an_error_that_says_what_to_do(tmp_path: Path, harm: str) -> None:
    """A file that is not the one that was trained is never run."""
    folder = shutil.copytree(SHIPPED, tmp_path / "model")
    file = folder / "model.onnx"
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:1000])
    elif harm == "swap":
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    elif harm == "no card":
        (folder / "model.json").unlink()
    else:
        file.unlink()

    with pytest.raises(ModelError, match="reader") as caught:
        SpanNetwork(folder).read("Who?", [passage(HARBOUR)])
    assert "pip install" in caught.value.hint


def test_read_passages_are_ranked_anew(seeds: qa.Assistant) -> None:
    """An answer lists its passages by what the reader found in them; a search does not read."""
    question = "Which Russian defence minister visited North Korea?"
    answer, found = seeds.ask(question), seeds.search(question)
    read_scores = [one.scores.reader for one in answer.passages if one.scores.reader is not None]

    assert [one.rank for one in answer.passages] == list(range(1, len(found) + 1))
    assert read_scores == sorted(read_scores, reverse=True)
    assert 0 < len(read_scores) <= min(PASSAGES_READ, len(found))
    assert {one.text for one in answer.passages} == {one.text for one in found}
    assert all(one.scores.reader is None for one in found)


def test_span_is_a_value() -> None:
    """A span without a phrase is a whole sentence."""
    assert Span(0, 4, 0.5).short is None
