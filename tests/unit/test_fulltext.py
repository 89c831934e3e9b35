"""Searching the full text in two stages: the rarest words select what is scored with all words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import pytest

import qa
from qa.datatypes import NO_FILTER, Filter
from qa.index import Index, fulltext
from qa.index.queries import FulltextQuery
from tests.conftest import OpenArticles

QUESTION = "Did the old ferry to Sandvik carry the mayor and the choir?"
COMMON = "ferry harbour town people old year".split()
RARE = "Sandvik Lindholm mayor choir lantern orchard".split()


def texts() -> Iterator[tuple[str, str]]:
    """Yield short articles of common words, with a few rare ones, each with a date."""
    chance = random.Random(3)
    for number in range(120):
        sentence = [*chance.sample(COMMON, 4), *chance.sample(RARE, chance.choice([0, 0, 1, 2]))]
        chance.shuffle(sentence)
        yield (
            f"{number:03}.md",
            f"---\ndate: 20{10 + number % 10}-01-01\n---\nThe {' and the '.join(sentence)} number {number}.\n",
        )


@pytest.fixture(scope="module")
def index(open_articles: OpenArticles) -> Index:
    """An index of these articles."""
    return open_articles(dict(texts())).index


@pytest.fixture
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that are in more than a few chunks together do not select."""
    monkeypatch.setattr(fulltext, "_ROWS_SCORED", 60)


def one_stage(index: Index, limit: int, meeting: Filter = NO_FILTER) -> dict[int, float]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fulltext, "_ROWS_SCORED", 10**9)
        return index.search_fulltext(QUESTION, limit, meeting)


def test_the_selection_leaves_common_words_out() -> None:
    """The rarest words that are in no more chunks together than allowed, and all pairs of words."""
    frequencies = {"old": 50, "ferri": 40, "sandvik": 3, "carri": 0, "mayor": 5, "choir": 2}

    query = FulltextQuery.of(QUESTION, lambda word: frequencies.get(word, 0), 20)

    selecting = {*query.selection.split(" OR ")}
    assert selecting < {*query.text.split(" OR ")}
    assert {'"sandvik"', '"mayor"', '"choir"', '"carry"', '"old ferry"'} <= selecting
    assert not selecting & {'"old"', '"ferry"'}


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("meeting", [NO_FILTER, Filter(since=date(2014, 1, 1))], ids=["all", "some"])
def test_scores_are_those_of_one_stage(index: Index, meeting: Filter) -> None:
    """What is returned has the scores of all words, best first, and the best are nearly the same."""
    expected, actual = one_stage(index, 200, meeting), index.search_fulltext(QUESTION, 10, meeting)

    assert 10 == len(actual) < len(expected)
    assert actual == pytest.approx({key: expected[key] for key in actual})
    assert sorted(actual.values(), reverse=True) == [*actual.values()]
    assert len({*list(expected)[:10]} & actual.keys()) >= 9
    meeting_it = index.meeting(meeting, list(actual)) if meeting else actual.keys()
    assert meeting_it == actual.keys()


@pytest.mark.usefixtures("few_rows")
def test_two_stages_are_used(index: Index) -> None:
    """With this few rows, the first stage selects only chunks with a rare word or a pair."""
    query = FulltextQuery.of(QUESTION, index.document_frequency, 60)

    assert query.selection != query.text
    for word_stem in ("old", "ferri"):
        assert index.document_frequency(word_stem) > 60
    selected = [chunk.chunk.text for chunk in index.chunks(index.search_fulltext(QUESTION, 10)).values()]
    assert all(any(word in text for word in RARE) for text in selected)


@pytest.mark.usefixtures("few_rows")
def test_other_chunks_are_scored_as_well(index: Index) -> None:
    """Chunks ``also`` have their scores, whether or not they were selected or meet the filter; or no word at all."""
    expected = one_stage(index, 200)
    worst = list(expected)[-3:]
    without = [key for path in ("000.md",) for key in index.keys_of(path) if key not in expected]
    meeting = Filter(since=date(2014, 1, 1))

    scores = index.search_fulltext(QUESTION, 10, meeting, [*worst, *without, 10**6])

    assert scores.keys() >= {*worst}
    assert scores == pytest.approx({key: expected[key] for key in scores})
    assert 13 >= len(scores)
    best = [key for key in scores if key not in worst]
    assert index.meeting(meeting, best) == {*best}


def test_one_stage_scores_others_as_well(index: Index) -> None:
    """The same, if the words are rare enough to score every chunk."""
    expected = one_stage(index, 200)
    worst = list(expected)[-3:]

    scores = index.search_fulltext(QUESTION, 10, NO_FILTER, worst)

    assert scores == pytest.approx({key: expected[key] for key in [*list(expected)[:10], *worst]})


@pytest.mark.usefixtures("few_rows")
def test_a_question_of_common_words_only_is_answered(index: Index) -> None:
    """The rarest word selects, however common it is."""
    scores = index.search_fulltext("the old ferry", 10)

    assert 10 == len(scores)
    assert {} == index.search_fulltext("and the", 10) == index.search_fulltext("zeppelin", 10)


def test_the_best_of_the_seeds_are_the_same(seeds: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """With real articles too: every score is that of one stage."""
    questions = ["How many troops were moved into the Kursk region?", "battle tank", "Who is the defence minister?"]
    expected = [seeds.index.search_fulltext(question, 50) for question in questions]
    monkeypatch.setattr(fulltext, "_ROWS_SCORED", 4)

    for question, all_scores in zip(questions, expected, strict=True):
        scores = seeds.index.search_fulltext(question, 5)
        assert scores
        assert scores == pytest.approx({key: all_scores[key] for key in scores})
        assert next(iter(all_scores)) == next(iter(scores))
