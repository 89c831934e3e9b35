"""Follow-up questions, and questions that can be understood alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

import qa
from qa.pipeline import REMEMBERED_TURNS
from qa.questions.followups import standalone_question

STATS = qa.IndexStats(1, 1, 1)


def answer_to(question: str, short: str | None = None, standalone: str | None = None, text: str = "") -> qa.Answer:
    """Return an answer to ``question``; a refusal if ``short`` is None."""
    return qa.Answer(
        question, short is not None, short, text, (), (), 0.9, "extractive", (), STATS, standalone_question=standalone
    )


OSK = answer_to("Who opened the new harbour?", "Karin Osk")
CLOSED = answer_to("When was the old harbour of Lindholm closed?", "March 1987")


SCORED = answer_to("Who scored for Belgium against England?", "Tessa Wullaert")
FILM = answer_to("How much did Beyonc\u00e9's concert film make in its first weekend?", "$21 million")
DRUG = answer_to("What is lecanemab?", "a drug", text="Lecanemab is a drug against dementia.")
BOAT = answer_to("When was the Tordis built?", "1938", text="The oldest boat, the Tordis, was built in 1938.")
CUP = answer_to("Who won the Cricket World Cup in 1975?", "West Indies")
FIRED = answer_to("Who was fired as CEO of OpenAI?", "Sam Altman")
WIFE = answer_to("Who was Will Smith's first wife?", "Sheree Zampino")
LIGHTS = answer_to(
    "Where can you see the northern lights in Norway?", "Troms\u00f8", text="See the northern lights there."
)
WEAPONS = answer_to("What did Vladimir Putin announce about new weapons?", "They are undergoing tests")
DRONES = answer_to("Which drones does North Korea want?", "kamikaze drones")


@pytest.mark.parametrize(
    ("question", "previous", "standalone"),
    [
        ("Where was she born?", OSK, "Where was Karin Osk born?"),
        ("And what did her brother say?", OSK, "What did Karin Osk's brother say?"),
        ("Who told her about it?", OSK, "Who told Karin Osk about the new harbour?"),
        ("When did she open it?", OSK, "When did Karin Osk open the new harbour?"),
        ("Who is he?", answer_to("What did Henrik Dal say?", "Nothing at all."), "Who is Henrik Dal?"),
        ("How old is he?", answer_to("What did Henrik Dal's boat cost?", "9,000"), "How old is Henrik Dal?"),
        ("Why was it closed", CLOSED, "Why was the old harbour of Lindholm closed?"),
        ("who was it closed by?", CLOSED, "Who was the old harbour of Lindholm closed by?"),
        ("who makes it?", DRUG, "Who makes lecanemab?"),
        ("How much does it weigh?", BOAT, "How much does the Tordis weigh?"),
        ("do they have children?", WIFE, "Do Will Smith and Sheree Zampino have children?"),
        ("how good are they, according to him?", WEAPONS, "How good are the new weapons, according to Vladimir Putin?"),
        ("who would they support?", DRONES, "Who would kamikaze drones support?"),
        (
            "when is the best season for it there?",
            LIGHTS,
            "When is the best season for the northern lights in Troms\u00f8?",
        ),
        ("Who was president then?", CLOSED, "Who was president in March 1987?"),
    ],
)
def test_a_pronoun_becomes_what_it_refers_to(question: str, previous: qa.Answer, standalone: str) -> None:
    """People for he and she, two people, things or their makers for they, things for it, places for there."""
    assert standalone_question(question, previous.turns) == standalone


@pytest.mark.parametrize(
    ("question", "previous", "standalone"),
    [
        ("and when was that?", OSK, "When did Karin Osk open the new harbour?"),
        ("why?", FIRED, "Why was Sam Altman fired as CEO of OpenAI?"),
        ("why?", CLOSED, "Why was the old harbour of Lindholm closed?"),
        ("and where?", BOAT, "Where was the Tordis built?"),
        ("who else?", SCORED, "Who else scored for Belgium against England?"),
        ("And Taylor Swift's?", FILM, "How much did Taylor Swift's concert film make in its first weekend?"),
        ("What about Osterby?", CLOSED, "When was the old harbour of Osterby closed?"),
        ("and in 1983?", CUP, "Who won the Cricket World Cup in 1983?"),
        ("and 1983?", CUP, "Who won the Cricket World Cup in 1983?"),
    ],
)
def test_a_question_is_asked_again(question: str, previous: qa.Answer, standalone: str) -> None:
    """With another question word, or with another name or time in the place of the one like it."""
    assert standalone_question(question, previous.turns) == standalone


@pytest.mark.parametrize(
    ("question", "previous", "standalone"),
    [
        ("What was the final score?", SCORED, "What was the final score between Belgium and England?"),
        ("And what's the price?", BOAT, "What's the price of the Tordis?"),
        (
            "And what's the price?",
            answer_to("What is the top speed of the Cyberbeast?", "130 mph", text="It has a top speed of 130 mph."),
            "What's the price of the Cyberbeast?",
        ),
        ("Who directed the film?", FILM, "Who directed Beyonc\u00e9's concert film?"),
        ("What does the drug cost?", DRUG, "What does the drug lecanemab cost?"),
        ("and who took over?", FIRED, "Who took over as CEO of OpenAI?"),
        (
            "and who had the job before?",
            answer_to("Who is the new CEO of Binance?", "Richard Teng"),
            "Who had the job of CEO of Binance before Richard Teng?",
        ),
        ("but who says so?", CLOSED, "Who says so (the old harbour of Lindholm closed, March 1987)?"),
    ],
)
def test_what_is_left_out_is_added(question: str, previous: qa.Answer, standalone: str) -> None:
    """A noun that needs an owner gets one; where nothing fits, topic and answer are added in brackets."""
    assert standalone_question(question, previous.turns) == standalone


def test_earlier_turns_are_remembered() -> None:
    """A pronoun that nobody in the last turn fits refers to the turn before."""
    first = answer_to("Who founded Lindholm Ferries?", "Henrik Dal")
    second = replace(answer_to("Where was Karin Osk born?", "Malm\u00f6"), earlier=first.turns)

    assert standalone_question("How old is she?", second.turns) == "How old is Karin Osk?"
    assert standalone_question("How old is he?", second.turns) == "How old is Henrik Dal?"
    assert standalone_question("How old is she?", ()) is None


def test_an_answer_knows_the_turns_before_it(seeds: qa.Assistant) -> None:
    """Each question as it was understood; old turns are forgotten."""
    answer = None
    for _ in range(12):
        answer = seeds.ask("Which Russian defence minister visited North Korea?", previous=answer)
    last = seeds.ask("and when was that?", previous=answer)

    assert len(last.earlier) == REMEMBERED_TURNS
    assert last.turns[-1].question == last.standalone_question
    assert answer is not None
    assert last.turns[-2].short_answer == answer.short_answer


def test_follow_ups_of_follow_ups_do_not_grow() -> None:
    """Each follow-up is completed with the topic of the first question and the latest answer."""
    answer = CLOSED
    for number in range(5):
        question = standalone_question("and who says so?", answer.turns)
        answer = answer_to("and who says so?", f"reason {number}", question)

    assert answer.standalone_question == "Who says so (the old harbour of Lindholm closed, reason 3)?"


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
