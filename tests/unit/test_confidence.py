"""How sure it is that the best phrase is right: other articles, other answers, and what stands nowhere."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Passage
from qa.questions.terms import parse_question
from qa.reader.candidates import Candidate, weigh
from qa.reader.confidence import COMPARED, MOST_CHECKED, MOST_LEAD, add_up, check_first, evidence
from qa.reader.coverage import PassageWords
from qa.reader.features import ANSWER_FEATURES, PHRASE_FEATURES
from qa.reader.odds import LogisticModel
from qa.reader.phrases import ScoredPhrase
from tests.helpers.passages import HARBOUR, passage

SCORE_ALONE = LogisticModel(tuple(float(name == "score") for name in PHRASE_FEATURES), 0.0)
"""Weighs a phrase by the network's score, which makes candidates easy to place."""


def candidate(text: str, log_odds: float, file: str = "a.txt", score: float | None = None) -> Candidate:
    seen = {"score": log_odds if score is None else score}
    values = tuple(seen.get(name, 0.0) for name in PHRASE_FEATURES)
    return Candidate(0, file, text, (0, len(text)), (0, len(text)), values, 0.0, log_odds)


def together(*found: Candidate) -> float:
    """Return the log odds of the first of ``found``, with the others."""
    return next(one.together for one in add_up(found) if (one.file, one.text) == (found[0].file, found[0].text))


def evidence_of(
    asked: str, text: str, phrase: str, score: float = 3.0, *others: str, checked: float = 0.0
) -> dict[str, float]:
    """Return the evidence for ``phrase``, the likeliest of ``others`` and itself, in ``text``."""
    question = parse_question(asked, lambda _: 1, 100)
    one, split = passage(text), PassageWords.of(passage(text))
    phrases = [ScoredPhrase(text.index(phrase), text.index(phrase) + len(phrase), score)]
    phrases += [ScoredPhrase(text.index(other), text.index(other) + len(other), score - 1) for other in others]
    found = check_first(
        lambda *_: checked, question, add_up(list(weigh(question, 0, one, split, phrases, SCORE_ALONE))), [one]
    )
    return dict(zip(ANSWER_FEATURES, evidence(question, found, split.everything), strict=True))


@pytest.mark.parametrize("said", ["Karin Osk", "karin osk", "the mayor, Karin Osk"])
def test_another_article_that_says_the_same_lifts_a_phrase(said: str) -> None:
    """Word for word, in another case, or within a longer phrase."""
    assert together(candidate("Karin Osk", 1.0), candidate(said, 1.0, "b.txt")) > 1.0


@pytest.mark.parametrize(
    "other",
    [
        candidate("Karin Osk", 0.9),
        candidate("Nils Holm", 0.9, "b.txt"),
        candidate("Karin", 0.9),
        candidate("", 0.9, "b.txt"),
    ],
)
def test_no_other_witness_lifts_nothing(other: Candidate) -> None:
    """What an article repeats is no further witness, and another answer is none at all."""
    assert together(candidate("Karin Osk", 1.0), other) == pytest.approx(1.0)


def test_an_article_counts_once() -> None:
    """One that says it three times lifts as one that says it once; two articles lift more than one."""
    phrase, again = candidate("Karin Osk", 1.0), candidate("Karin Osk", 1.0, "b.txt")

    assert together(phrase, again, again, again) == pytest.approx(together(phrase, again))
    assert together(phrase, again, candidate("Karin Osk", 1.0, "c.txt")) > together(phrase, again)


def test_a_likelier_witness_lifts_more() -> None:
    """A phrase that is hardly an answer in the other article lifts hardly."""
    phrase = candidate("Karin Osk", 1.0)

    assert together(phrase, candidate("Karin Osk", 2.0, "b.txt")) > together(
        phrase, candidate("Karin Osk", -2.0, "b.txt")
    )
    assert together(phrase, candidate("Karin Osk", -30.0, "b.txt")) == pytest.approx(1.0)


def test_agreement_can_decide_between_two_answers() -> None:
    """What two articles say comes before what one says a little more surely."""
    found = add_up([candidate("1987", 1.1), candidate("1991", 1.0, "b.txt"), candidate("1991", 1.0, "c.txt")])

    assert [one.text for one in found] == ["1991", "1991", "1987"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.floats(-12, 12)), max_size=COMPARED * 2))
def test_whatever_was_found_nothing_is_lost(drawn: list[tuple[str, str, float]]) -> None:
    """Each phrase stays, the likeliest first, and no witness makes one less likely."""
    found = [candidate(f"word{text}", log_odds, file) for file, text, log_odds in drawn]
    added = add_up(found)

    assert sorted((one.file, one.text, one.log_odds) for one in added) == sorted(
        (one.file, one.text, one.log_odds) for one in found
    )
    assert [one.together for one in added] == sorted((one.together for one in added), reverse=True)
    assert all(one.together >= one.log_odds for one in added)


def test_a_close_other_answer_is_evidence_against() -> None:
    """The lead shrinks with the next best answer; one that says the same does not count as other."""
    asked = "When was the harbour opened?"

    assert evidence_of(asked, HARBOUR, "1991")["lead"] == MOST_LEAD
    assert evidence_of(asked, HARBOUR, "1991", 3.0, "March 1987")["lead"] == pytest.approx(1.0)
    assert evidence_of(asked, HARBOUR, "March 1987", 3.0, "1987")["lead"] == MOST_LEAD


def test_another_products_number_is_evidence_against() -> None:
    """What is said of the Vika 16 does not answer for the Vika 17: its number stands nowhere near."""
    text = "The Vika 16 has a battery that lasts 22 hours."

    assert evidence_of("How long does the Vika 16 last?", text, "22 hours")["unnamed"] == 0.0
    assert evidence_of("How long does the Vika 17 last?", text, "22 hours")["unnamed"] > 0.0
    assert evidence_of("How long does the Osterby last?", text, "22 hours")["unnamed"] == 1.0


@pytest.mark.parametrize("place", ["Lindholm", "Osterby"])
def test_a_name_counts_where_it_stands_near(place: str) -> None:
    """A name in one of the two sentences before, or in the title, names what a sentence is about."""
    text = f"{place} has a harbour. It was closed in 1987."
    far = f"{place} has a harbour. {'The sea was calm. ' * 5}It was closed in 1987."

    assert evidence_of(f"When did {place} close?", text, "1987")["unnamed"] == 0.0
    assert evidence_of(f"When did {place} close?", far, "1987")["unnamed"] == 1.0


def test_the_first_word_of_a_question_is_no_name() -> None:
    """Its capital letter says nothing."""
    assert evidence_of("Harbours closed when?", "It was shut in 1987.", "1987")["unnamed"] == 0.0


def test_words_that_stand_nowhere_are_evidence_against() -> None:
    """The share of the question's words that no passage holds, weighed by how much each decides."""
    assert evidence_of("When was the old harbour closed?", HARBOUR, "March 1987")["missing"] == 0.0
    price = evidence_of("What is the price of the old harbour?", HARBOUR, "March 1987")["missing"]
    painter = evidence_of("Who painted the Mona Lisa?", HARBOUR, "Karin Osk")["missing"]

    assert 0.0 < price < painter == 1.0


def test_what_is_counted_nowhere_is_evidence_against() -> None:
    """An article that never names what is to be counted does not count it."""
    assert evidence_of("How many boats did it serve?", HARBOUR, "240")["uncounted"] == 0.0
    assert evidence_of("How many dogs did it serve?", HARBOUR, "240")["uncounted"] == 1.0
    assert evidence_of("Who opened it?", HARBOUR, "Karin Osk")["uncounted"] == 0.0


def test_only_the_likeliest_phrase_is_checked_and_only_once() -> None:
    """A check reads once more; what has been checked stays so, whatever is found later."""
    asked = parse_question("When was the harbour closed?", lambda _: 1, 100)
    calls: list[tuple[str, str]] = []

    def check(question: str, where: Passage, start: int, end: int) -> float:
        calls.append((question, where.text[start:end]))
        return 2.5

    found = [candidate("1987", 1.0), candidate("1991", 0.0)]
    passages = [passage("1987 and 1991")]
    first = check_first(check, asked, add_up(found), passages)
    again = check_first(check, asked, add_up(first), passages)

    assert calls == [("When was the harbour closed?", "1987")]
    assert again[0].checked == 2.5
    assert math.isnan(again[1].checked)


@pytest.mark.parametrize("checked", [-99.0, 99.0])
def test_a_check_is_cut(checked: float) -> None:
    """The network's surest yes or no is no more than a sure one."""
    seen = evidence_of("Who opened it?", HARBOUR, "Karin Osk", -99.0, checked=checked)

    assert seen["checked"] == math.copysign(MOST_CHECKED, checked)
    assert all(map(math.isfinite, seen.values()))
