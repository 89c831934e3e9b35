"""Follow-up questions, and questions that can be understood alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

import qa
from qa.questions.followups import standalone_question

STATS = qa.IndexStats(1, 1, 1)


def answer_to(question: str, short: str | None = None, standalone: str | None = None) -> qa.Answer:
    """Return an answer to ``question``; a refusal if ``short`` is None."""
    return qa.Answer(
        question, short is not None, short, "", (), (), 0.9, "extractive", (), STATS, standalone_question=standalone
    )


OSK = answer_to("Who opened the new harbour?", "Karin Osk")
CLOSED = answer_to("When was the old harbour of Lindholm closed?", "March 1987")


@pytest.mark.parametrize(
    ("question", "previous", "standalone"),
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
        ("Who is he?", answer_to("What did Henrik Dal say?", "Nothing at all."), "Who is Henrik Dal?"),
        ("How old is he?", answer_to("What did Henrik Dal's boat cost?", "9,000"), "How old is Henrik Dal?"),
    ],
)
def test_a_follow_up_is_completed(question: str, previous: qa.Answer, standalone: str) -> None:
    """A pronoun is replaced by a person of the previous question; otherwise topic and answer are appended."""
    assert standalone_question(question, previous) == standalone


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
def test_a_standalone_question_is_not_changed(question: str) -> None:
    """A question that names its own topic is not completed."""
    assert standalone_question(question, OSK) is None


def test_follow_ups_of_follow_ups_do_not_grow() -> None:
    """Each follow-up is completed with the topic of the first question and the latest answer."""
    answer = CLOSED
    for number in range(5):
        question = standalone_question("and why was that?", answer)
        answer = answer_to("and why was that?", f"reason {number}", question)

    assert answer.standalone_question == "Why was that (the old harbour of Lindholm closed, reason 3)?"


def test_a_follow_up_is_answered_as_its_standalone_question(seeds: qa.Assistant) -> None:
    """The answer states the question as asked and as understood; without a previous answer it is an error."""
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


def test_a_previous_answer_does_not_affect_a_standalone_question(seeds: qa.Assistant) -> None:
    """A standalone question has the same answer after another; a blank one is an error even then."""
    first = seeds.ask("Which Russian defence minister visited North Korea?")
    question = "How many North Korean troops were moved into Russia's Kursk region?"
    after, alone = seeds.ask(question, previous=first), seeds.ask(question)

    assert after.standalone_question is None
    assert replace(after, timings_ms=qa.datatypes.NOT_TIMED) == replace(alone, timings_ms=qa.datatypes.NOT_TIMED)
    with pytest.raises(qa.UsageError):
        seeds.ask(" ", previous=first)
