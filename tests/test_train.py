"""The recipe of the reader, on a few invented articles: examples, windows, training that goes on where it stopped."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from tokenizers import Tokenizer

from qa.datatypes import Passage, Scores
from qa.embedding import Embedder
from qa.reader.network import SpanNetwork
from qa.reader.train import __main__ as recipe
from qa.reader.train import loop
from qa.reader.train.examples import Example, read_examples
from qa.reader.train.windows import ROUND, NearMiss, Window, draw_windows, holds_answer

TOWNS = (
    "Lindholm",
    "Sandvik",
    "Osterby",
    "Hamra",
    "Norrtorp",
    "Vika",
    "Algered",
    "Byske",
    "Tuna",
    "Malung",
    "Ed",
    "Ry",
)
LONG = "It stands by the river, has a tower of red brick, and is open to all who ask for the key. " * 4


def paragraph(town: str, number: int) -> dict[str, object]:
    """Return a paragraph with a question on it, answered by two people."""
    year = str(1800 + number)
    context = f"{LONG}The library of {town} was built by Karin Berg in {year}. {LONG}"
    answers = [{"text": text, "answer_start": context.index(text)} for text in (year, f"in {year}")]
    question = {"id": town, "question": f"When was the library of {town} built?", "answers": answers}
    return {"context": context, "qas": [question]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one file: an article of many paragraphs, and one of two loose remarks."""
    folder = tmp_path / "data"
    folder.mkdir()
    articles = [
        {"title": "Libraries_of_the_coast", "paragraphs": [paragraph(town, n) for n, town in enumerate(TOWNS)]},
        {"title": "Remarks", "paragraphs": [paragraph(town, 100 + n) for n, town in enumerate(TOWNS[:2])]},
    ]
    (folder / "few.json").write_text(json.dumps({"data": articles}), encoding="utf-8")
    return folder


@pytest.fixture
def tokenizer(embedder: Embedder) -> Tokenizer:
    """The tokenizer of the reader."""
    return embedder.tokenizer


@pytest.fixture
def examples(data: Path, tokenizer: Tokenizer) -> list[Example]:
    """The questions of the file."""
    return read_examples(data / "few.json", tokenizer)


def said(window: Window, tokenizer: Tokenizer) -> str:
    first, last = window.answer
    return str(tokenizer.decode(window.encoded.token_ids[first : last + 1]))


def test_examples_know_where_their_answers_stand(examples: list[Example]) -> None:
    """Paragraphs of an article are one text, loose remarks are not, and tokens point to the characters."""
    texts = [{example.article.text[start:end] for start, end in example.answers} for example in examples]

    assert len(examples) == len(TOWNS) + 2
    assert texts[:2] == [{"1800", "in 1800"}, {"1801", "in 1801"}]
    assert examples[0].article is examples[11].article
    assert examples[0].article.title == "Libraries of the coast"
    assert examples[12].article.title == ""
    for example in examples:
        article = example.article
        assert {article.text_of(*article.tokens_of(*place)) for place in example.answers} == {
            article.text[start:end] for start, end in example.answers
        }


def test_windows_hold_the_answer_they_name(examples: list[Example], tokenizer: Tokenizer) -> None:
    """Wherever the text is cut, the target is an answer, or the first token where there is none."""
    windows = [one for number in range(8) for one in draw_windows(examples, [], tokenizer, number, seed=1)]
    answers = {one.removeprefix("in ") for one in (said(window, tokenizer) for window in windows if any(window.answer))}

    assert answers <= {str(1800 + number) for number in (*range(12), 100, 101)}
    assert len(answers) > 8
    assert all(window.length % ROUND == 0 for window in windows)
    assert windows != draw_windows(examples, [], tokenizer, 1, seed=2)
    assert draw_windows(examples, [], tokenizer, 1, seed=2) == draw_windows(examples, [], tokenizer, 1, seed=2)


def test_near_misses_have_no_answer(examples: list[Example], tokenizer: Tokenizer) -> None:
    """They are cut from where the retriever pointed, and the right thing to say is nothing."""
    article = examples[0].article
    misses = [NearMiss(0, article, article.tokens_of(600, 1800))] * 20
    windows = [one for one in draw_windows(examples, misses, tokenizer, 0, seed=0) if not any(one.answer)]

    assert windows
    assert holds_answer("Built in 1800.", examples[0])
    assert not holds_answer("Built in 1801.", examples[0])


def test_the_recipe_goes_on_where_it_stopped(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One command from questions to a reader that runs; interrupted and run again it ends the same way."""
    monkeypatch.setattr(loop, "BATCH", 2)
    monkeypatch.setattr(loop, "STEPS_BETWEEN_CHECKPOINTS", 2)
    monkeypatch.setattr(loop, "STEPS_BETWEEN_REPORTS", 1)
    whole, halved = tmp_path / "whole", tmp_path / "halved"
    first = run(data, whole)
    step = loop.Training._step
    steps = iter(range(3))
    with monkeypatch.context() as killed:
        killed.setattr(loop.Training, "_step", lambda self, windows: (next(steps), step(self, windows))[1])
        stopped = CliRunner().invoke(recipe.main, [str(data), str(halved), "--passes", "1"])
        assert isinstance(stopped.exception, StopIteration)
    second = run(data, halved)

    assert "min left" in first
    assert "Going on from step 2" in second
    assert (whole / "model" / "model.onnx").read_bytes() == (halved / "model" / "model.onnx").read_bytes()
    text = f"The library of Lindholm was built in 1801. {LONG}"
    passage = Passage("a.txt", "", None, 0, len(text), 1, 1, text, 1, Scores(1.0, 1.0, 1.0))
    assert SpanNetwork(whole / "model").read("When was the library built?", [passage])[0]


def run(data: Path, out: Path) -> str:
    random.seed(0)
    result = CliRunner().invoke(recipe.main, [str(data), str(out), "--passes", "1"], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output
