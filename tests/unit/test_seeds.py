"""Questions about the seeds: answerable ones are answered from the right file, others are refused."""

from __future__ import annotations

import pytest

import qa

TANK, MOVES, ROCKETS, DEPLOYED, EXHIBITION = (
    "000_576f0c3c13e132d0.txt",
    "001_5e08608e18cd2d5e.txt",
    "002_0fa4c42dca05c87a.txt",
    "003_d3032302041a2705.txt",
    "004_36811db181bf79ef.txt",
)

ANSWERED = [
    ("How many North Korean troops were moved into Russia's Kursk region?", ["11,000"], MOVES),
    ("Which Russian defence minister visited North Korea?", ["Shoigu"], EXHIBITION),
    ("Who is North Korea's defence minister?", ["Kang Sun Nam"], EXHIBITION),
    ("Who led the Chinese delegation?", ["Communist Party politburo member"], EXHIBITION),
    ("Who is the analyst at the Carnegie Endowment?", ["Ankit Panda"], EXHIBITION),
    ("Where did Putin hold the press conference?", ["Tajikistan"], ROCKETS),
    ("What kind of drones are to be mass-produced?", ["kamikaze"], MOVES),
    ("What may the North Korean troops specialise in?", ["artillery"], DEPLOYED),
    ("What did Shoigu give to Kim?", ["a letter from Russian President Vladimir Putin"], EXHIBITION),
    ("Which anniversary was celebrated?", ["70th anniversary", "the end of the Korean War"], EXHIBITION),
]

REFUSED = [
    "What is the capital of Australia?",
    "Who won the 2022 World Cup?",
    "What is the price of the new tank?",
    "What is the name of Kim's daughter?",
    "What is the boiling point of mercury?",
]


@pytest.mark.parametrize(("question", "facts", "file"), ANSWERED)
def test_answerable_questions_are_answered_and_cited(
    seeds: qa.Assistant, question: str, facts: list[str], file: str
) -> None:
    """The answer contains the fact and cites the article that states it."""
    answer = seeds.ask(question)

    assert answer.answered, answer.reason
    assert [fact for fact in facts if fact in f"{answer.short_answer} {answer.text}"] == facts
    assert file in [citation.path for citation in answer.citations if any(fact in citation.quote for fact in facts)]


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("How many North Korean troops were moved into Russia's Kursk region?", "11,000"),
        ("Who is North Korea's defence minister?", "Kang Sun Nam"),
        ("Where did Putin hold the press conference?", "Tajikistan"),
        ("Who is the Russian defence minister?", "Sergei Shoigu"),
        ("What kind of drones are to be mass-produced?", "kamikaze"),
        ("What does North Korea call the end of the Korean War?", "Victory Day"),
    ],
)
def test_the_short_answer_is_the_phrase_that_answers(seeds: qa.Assistant, question: str, short: str) -> None:
    """Questions for who, how many, where and what get a phrase."""
    assert short == seeds.ask(question).short_answer


@pytest.mark.parametrize("question", REFUSED)
def test_unanswerable_questions_are_refused(seeds: qa.Assistant, question: str) -> None:
    """Nothing is put forward: a refusal, or the nearest sentences with a caveat about what is not said."""
    answer = seeds.ask(question)

    assert not answer.is_stated, answer.text
    assert answer.short_answer is None
    assert answer.text.startswith("The articles don't say.") or answer.caveat
    assert answer.answered == bool(answer.citations)
    assert answer.passages


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("how many north korean troops were moved into kursk", "11,000"),
        ("What number of North Korean troops went to the Kursk region?", "11,000"),
        ("Which minister of defence came from Russia to North Korea?", "Shoigu"),
        ("north korea's defense minister", "Kang Sun Nam"),
        ("By whom was the Chinese delegation led?", "Communist Party politburo member"),
        ("Which analyst works for the Carnegie Endowment?", "Ankit Panda"),
        ("In which country was Putin's press conference?", "Tajikistan"),
        ("Which drones does North Korea want to mass-produce?", "kamikaze"),
        ("What may North Korean troops specialize in?", "artillery"),
        ("What did Shoigu present to Kim?", "a letter from Russian President Vladimir Putin"),
        ("What anniversary was being celebrated?", "the end of the Korean War"),
    ],
)
def test_rephrased_questions_get_the_same_fact(seeds: qa.Assistant, question: str, fact: str) -> None:
    """Lower case, keywords, American spelling and synonyms do not change the answer."""
    answer = seeds.ask(question)

    assert answer.answered, answer.reason
    assert fact in f"{answer.short_answer} {answer.text}"
