"""Confidence in the best phrase: agreeing articles, competing answers, and words that no passage contains."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Passage
from qa.questions.terms import parse_question
from qa.reader.candidates import Candidate, score_phrases
from qa.reader.confidence import COMPARED, MAX_CHECKED, MAX_LEAD, add_support, answer_features, check_best
from qa.reader.coverage import PassageWords
from qa.reader.features import ANSWER_FEATURES, PHRASE_FEATURES
from qa.reader.odds import LogisticModel
from qa.reader.phrases import ScoredPhrase
from tests.helpers.passages import HARBOUR, passage

SCORE_ALONE = LogisticModel(tuple(float(name == "score") for name in PHRASE_FEATURES), 0.0)
"""A model whose log odds are the network's score, so that candidates are easy to order."""


def candidate(text: str, log_odds: float, file: str = "a.txt") -> Candidate:
    values = tuple(log_odds if name == "score" else 0.0 for name in PHRASE_FEATURES)
    return Candidate(0, file, text, (0, len(text)), (0, len(text)), values, 0.0, log_odds)


def together(phrase: Candidate, *others: Candidate) -> float:
    """Return the log odds of ``phrase`` that include the support of ``others``."""
    ranked = add_support([phrase, *others])
    return next(each.together for each in ranked if (each.path, each.text) == (phrase.path, phrase.text))


def features_of(
    question: str, text: str, phrase: str, score: float = 3.0, *others: str, checked: float = 0.0
) -> dict[str, float]:
    """Return the features of ``phrase``, which scores 1 more than the ``others``, in ``text``."""
    parsed = parse_question(question, lambda _: 1, 100)
    source, split = passage(text), PassageWords.of(passage(text))
    phrases = [ScoredPhrase(text.index(phrase), text.index(phrase) + len(phrase), score)]
    phrases += [ScoredPhrase(text.index(other), text.index(other) + len(other), score - 1) for other in others]
    candidates = add_support(list(score_phrases(parsed, 0, source, split, phrases, SCORE_ALONE)))
    candidates = check_best(lambda *_: checked, parsed, candidates, [source])
    return dict(zip(ANSWER_FEATURES, answer_features(parsed, candidates, split.everything), strict=True))


@pytest.mark.parametrize("phrase", ["Karin Osk", "karin osk", "the mayor, Karin Osk"])
def test_another_article_with_the_same_phrase_raises_the_odds(phrase: str) -> None:
    """The other article has the phrase word for word, in another case, or within a longer phrase."""
    assert together(candidate("Karin Osk", 1.0), candidate(phrase, 1.0, "b.txt")) > 1.0


@pytest.mark.parametrize(
    "other",
    [
        candidate("Karin Osk", 0.9),
        candidate("Nils Holm", 0.9, "b.txt"),
        candidate("Karin", 0.9),
        candidate("", 0.9, "b.txt"),
    ],
)
def test_repetition_and_other_answers_do_not_raise_the_odds(other: Candidate) -> None:
    """Neither a repetition within the same article nor a different answer of another article is support."""
    assert together(candidate("Karin Osk", 1.0), other) == pytest.approx(1.0)


def test_each_supporting_article_counts_once() -> None:
    """Three mentions in one article raise the odds as much as one; two articles raise them more."""
    phrase, support = candidate("Karin Osk", 1.0), candidate("Karin Osk", 1.0, "b.txt")

    assert together(phrase, support, support, support) == pytest.approx(together(phrase, support))
    assert together(phrase, support, candidate("Karin Osk", 1.0, "c.txt")) > together(phrase, support)


def test_more_probable_support_raises_the_odds_more() -> None:
    """A phrase that is hardly an answer in the other article hardly raises the odds."""
    phrase = candidate("Karin Osk", 1.0)

    assert together(phrase, candidate("Karin Osk", 2.0, "b.txt")) > together(
        phrase, candidate("Karin Osk", -2.0, "b.txt")
    )
    assert together(phrase, candidate("Karin Osk", -30.0, "b.txt")) == pytest.approx(1.0)


def test_agreement_can_decide_between_two_answers() -> None:
    """An answer of two articles precedes a slightly more probable answer of one."""
    ranked = add_support([candidate("1987", 1.1), candidate("1991", 1.0, "b.txt"), candidate("1991", 1.0, "c.txt")])

    assert [phrase.text for phrase in ranked] == ["1991", "1991", "1987"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.floats(-12, 12)), max_size=COMPARED * 2))
def test_adding_up_loses_no_candidate(drawn: list[tuple[str, str, float]]) -> None:
    """Every candidate is returned, in descending order of log odds, and none becomes less probable."""
    candidates = [candidate(f"word{text}", log_odds, file) for file, text, log_odds in drawn]
    ranked = add_support(candidates)

    assert sorted((phrase.path, phrase.text, phrase.log_odds) for phrase in ranked) == sorted(
        (phrase.path, phrase.text, phrase.log_odds) for phrase in candidates
    )
    assert [phrase.together for phrase in ranked] == sorted((phrase.together for phrase in ranked), reverse=True)
    assert all(phrase.together >= phrase.log_odds for phrase in ranked)


def test_lead_is_the_distance_to_the_best_different_answer() -> None:
    """The lead shrinks with the next best answer; one that means the same does not count as different."""
    question = "When was the harbour opened?"

    assert features_of(question, HARBOUR, "1991")["lead"] == MAX_LEAD
    assert features_of(question, HARBOUR, "1991", 3.0, "March 1987")["lead"] == pytest.approx(1.0)
    assert features_of(question, HARBOUR, "March 1987", 3.0, "1987")["lead"] == MAX_LEAD


def test_the_number_of_another_product_counts_as_unnamed() -> None:
    """A sentence about the Vika 16 does not answer a question about the Vika 17, whose number is not near it."""
    text = "The Vika 16 has a battery that lasts 22 hours."

    assert features_of("How long does the Vika 16 last?", text, "22 hours")["unnamed"] == 0.0
    assert features_of("How long does the Vika 17 last?", text, "22 hours")["unnamed"] > 0.0


def test_a_passage_about_something_else_does_not_answer() -> None:
    """If names of folder or file say what a passage is about, it needs a name of the question."""
    question = parse_question("How long does the Osterby last?", lambda _: 1, 100)
    text = "The Vika 16 has a battery that lasts 22 hours."
    phrase = ScoredPhrase(text.index("22"), text.index("."), 3.0)
    plain = passage(text)

    def candidates(context: str) -> list[Candidate]:
        source = replace(plain, layout=replace(plain.layout, context=context))
        return [*score_phrases(question, 0, source, PassageWords.of(source), [phrase], SCORE_ALONE)]

    assert [] == candidates("Vika | README")
    assert 1 == len(candidates("Osterby | README"))
    assert 1 == len(candidates(""))


@pytest.mark.parametrize("town", ["Lindholm", "Osterby"])
def test_a_name_shortly_before_the_phrase_counts_as_named(town: str) -> None:
    """A name counts in one of the two previous sentences, but not farther away."""
    near = f"{town} has a harbour. It was closed in 1987."
    far = f"{town} has a harbour. {'The sea was calm. ' * 5}It was closed in 1987."

    assert features_of(f"When did {town} close?", near, "1987")["unnamed"] == 0.0
    assert features_of(f"When did {town} close?", far, "1987")["unnamed"] == 1.0


def test_the_first_word_of_a_question_is_not_a_name() -> None:
    """The capital letter at the beginning of a question does not make a name."""
    assert features_of("Harbours closed when?", "It was shut in 1987.", "1987")["unnamed"] == 0.0


def test_missing_is_the_weighted_share_of_words_in_no_passage() -> None:
    """The share is 0 if the passages contain all words of the question and 1 if they contain none."""
    assert features_of("When was the old harbour closed?", HARBOUR, "March 1987")["missing"] == 0.0
    price = features_of("What is the price of the old harbour?", HARBOUR, "March 1987")["missing"]
    painter = features_of("Who painted the portrait?", HARBOUR, "Karin Osk")["missing"]

    assert 0.0 < price < painter == 1.0


def test_a_counted_thing_in_no_passage_is_uncounted() -> None:
    """Passages that never mention the things to count cannot say how many there are."""
    assert features_of("How many boats did it serve?", HARBOUR, "240")["uncounted"] == 0.0
    assert features_of("How many dogs did it serve?", HARBOUR, "240")["uncounted"] == 1.0
    assert features_of("Who opened it?", HARBOUR, "Karin Osk")["uncounted"] == 0.0


def test_only_the_best_phrase_is_checked_and_only_once() -> None:
    """A check costs a run of the network, so a checked phrase is not checked again."""
    question = parse_question("When was the harbour closed?", lambda _: 1, 100)
    calls: list[tuple[str, str]] = []

    def check(text: str, checked_passage: Passage, start: int, end: int) -> float:
        calls.append((text, checked_passage.text[start:end]))
        return 2.5

    candidates = [candidate("1987", 1.0), candidate("1991", 0.0)]
    passages = [passage("1987 and 1991")]
    first = check_best(check, question, add_support(candidates), passages)
    second = check_best(check, question, add_support(first), passages)

    assert calls == [("When was the harbour closed?", "1987")]
    assert second[0].checked == 2.5
    assert math.isnan(second[1].checked)


@pytest.mark.parametrize("checked", [-99.0, 99.0])
def test_the_result_of_a_check_is_limited(checked: float) -> None:
    """Log odds of a check beyond the limit are clipped to it, and all features stay finite."""
    features = features_of("Who opened it?", HARBOUR, "Karin Osk", -99.0, checked=checked)

    assert features["checked"] == math.copysign(MAX_CHECKED, checked)
    assert all(map(math.isfinite, features.values()))
