"""Questions that lean on the one before, and those that do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

import qa
from qa.questions.followups import standalone_question

STATS = qa.IndexStats(1, 1, 1)


def before(question: str, short: str | None = None, standing: str | None = None) -> qa.Answer:
    """Return the answer before."""
    return qa.Answer(
        question, short is not None, short, "", (), (), 0.9, "extractive", (), STATS, standalone_question=standing
    )


OSK = before("Who opened the new harbour?", "Karin Osk")
CLOSED = before("When was the old harbour of Lindholm closed?", "March 1987")


@pytest.mark.parametrize(
    ("question", "answer", "standing"),
    [
        ("and when was that?", OSK, "When was that (opened the new harbour, Karin Osk)?"),
        ("Where was she born?", OSK, "Where was Karin Osk born?"),
        ("And what did her brother say?", OSK, "What did Karin Osk's brother say?"),
        ("When did she open it?", OSK, "When did Karin Osk open it (opened the new harbour, Karin Osk)?"),
        ("why?", CLOSED, "Why (the old harbour of Lindholm closed, March 1987)?"),
        ("Why was it closed", CLOSED, "Why was it closed (the old harbour of Lindholm closed, March 1987)?"),
        ("What about Osterby?", CLOSED, "What about Osterby (the old harbour of Lindholm closed, March 1987)?"),
        (
            "who was it closed by?",
            CLOSED,
            "Who was it closed by (the old harbour of Lindholm closed, March 1987)?",
        ),
        ("but who says so?", CLOSED, "Who says so (the old harbour of Lindholm closed, March 1987)?"),
        ("Who is he?", before("What did Henrik Dal say?", "Nothing at all."), "Who is Henrik Dal?"),
        ("How old is he?", before("What did Henrik Dal's boat cost?", "9,000"), "How old is Henrik Dal?"),
    ],
)
def test_what_it_leans_on_is_filled_in(question: str, answer: qa.Answer, standing: str) -> None:
    """Pronouns become the person asked for or named; anything else brings the topic and its answer."""
    assert standalone_question(question, answer) == standing


@pytest.mark.parametrize(
    "question",
    [
        "Who opened the new harbour?",
        "What did Karin Osk say about her brother?",
        "And who is Henrik Dal?",
        "What is the name of the man that sank the ferry?",
        "How many boats sank in 1987?",
        "ferry tordis",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    """It names what it asks about."""
    assert standalone_question(question, OSK) is None


def test_a_chain_keeps_to_its_topic_and_does_not_grow() -> None:
    """Each follow-up leans on the first question and the newest answer."""
    answer, standing = CLOSED, ""
    for number in range(5):
        found = standalone_question("and why was that?", answer)
        assert found is not None
        standing = found
        answer = before("and why was that?", f"reason {number}", standing)

    assert standing == "Why was that (the old harbour of Lindholm closed, reason 3)?"


def test_a_follow_up_is_answered_and_says_how_it_was_understood(seeds: qa.Assistant) -> None:
    """The answer carries the question as typed, and as understood; alone it would have been refused."""
    first = seeds.ask("Which Russian defence minister visited North Korea?")
    second = seeds.ask("  and when was that? ", previous=first)

    assert second.question == "and when was that?"
    assert second.standalone_question is not None
    assert second.answered
    assert replace(seeds.ask(second.standalone_question), question="", timings_ms=qa.datatypes.NOT_TIMED) == replace(
        second, question="", standalone_question=None, timings_ms=qa.datatypes.NOT_TIMED
    )
    with pytest.raises(qa.UsageError):
        seeds.ask("and when was that?")


def test_a_question_that_stands_alone_is_answered_alike_after_another(seeds: qa.Assistant) -> None:
    """What came before changes nothing."""
    first = seeds.ask("Which Russian defence minister visited North Korea?")
    question = "How many North Korean troops were moved into Russia's Kursk region?"
    after, alone = seeds.ask(question, previous=first), seeds.ask(question)

    assert after.standalone_question is None
    assert replace(after, timings_ms=qa.datatypes.NOT_TIMED) == replace(alone, timings_ms=qa.datatypes.NOT_TIMED)
    with pytest.raises(qa.UsageError):
        seeds.ask(" ", previous=first)
