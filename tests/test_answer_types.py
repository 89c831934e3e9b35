"""What kind of phrase a question asks for, and which phrases can be of that kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reader.answer_types import TYPES, answer_type, is_other_type


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("How much does the phone cost?", "money"),
        ("how much did the company pay", "money"),
        ("What is the price of the phone?", "money"),
        ("How much money was raised?", "money"),
        ("What was the fine?", "money"),
        ("How much snow fell?", "number"),
        ("How many boats were there?", "number"),
        ("How many people live where the dam was built?", "number"),
        ("How old is she?", "number"),
        ("What is the population of Vika?", "number"),
        ("What was the score?", "number"),
        ("What percentage of voters stayed at home?", "share"),
        ("What share of the vote did they win?", "share"),
        ("How large a stake does it hold?", "share"),
        ("How tall is the tower?", "extent"),
        ("How far is the village?", "extent"),
        ("How long did it last?", "duration"),
        ("How fast is the train?", "speed"),
        ("How often does the ferry run?", "speed"),
        ("When did the harbour close?", "moment"),
        ("In which month did it open?", "moment"),
        ("What time does it open?", "moment"),
        ("Who opened it?", "somebody"),
        ("Whose boat is it?", "somebody"),
        ("Where is it?", "place"),
        ("Which city hosts it?", "place"),
        ("What did Karin Osk open?", "anything"),
        ("How did it end?", "anything"),
        ("harbour closure", "anything"),
        ("", "anything"),
        ("Who was mayor when the harbour closed?", "somebody"),
        ("What did she say when the harbour closed?", "anything"),
    ],
)
def test_what_is_asked_for(asked: str, name: str) -> None:
    """The words of the question tell whether a figure, a time, a name or anything is wanted."""
    assert answer_type(asked).name == name


@pytest.mark.parametrize(
    ("asked", "phrase"),
    [
        ("When did it close?", "March 1987"),
        ("When did it close?", "last spring"),
        ("When did it close?", "two days later"),
        ("Who opened it?", "Karin Osk"),
        ("Where is it?", "Lindholm"),
        ("How many boats were there?", "240"),
        ("How many boats were there?", "two dozen"),
        ("How many boats were there?", "none"),
        ("How much does it cost?", "$99,990"),
        ("How much does it cost?", "£47.2m"),
        ("How much does it cost?", "free"),
        ("How long did it last?", "two hours"),
        ("How long is the pier?", "3 km"),
        ("How tall is she?", "6 feet 2"),
        ("How fast is it?", "60 mph"),
        ("How often does it run?", "twice a day"),
        ("What percentage of voters came?", "22.5 per cent"),
        ("How large a stake is it?", "22%"),
        ("What happened?", "A fire broke out"),
    ],
)
def test_a_phrase_of_the_kind_asked_for(asked: str, phrase: str) -> None:
    """An answer of the right form is never held to be of another kind."""
    assert not is_other_type(phrase, answer_type(asked))


@pytest.mark.parametrize(
    ("asked", "phrase"),
    [
        ("When did it close?", "Karin Osk"),
        ("Who opened it?", "1987"),
        ("Who opened it?", "he"),
        ("Who opened it?", "They"),
        ("Where is it?", "beside the river"),
        ("How many boats were there?", "boats"),
        ("How much does it cost?", "expensive"),
        ("How long did it last?", "Lindholm"),
        ("How tall is she?", "very"),
        ("How fast is it?", "slowly"),
        ("What percentage of voters came?", "a few"),
        ("How large a stake is it?", "22 boats"),
        ("What happened?", "It"),
        ("What happened?", "..."),
    ],
)
def test_a_phrase_of_another_kind(asked: str, phrase: str) -> None:
    """A name is no date, a date no name, and a pronoun answers nothing."""
    assert is_other_type(phrase, answer_type(asked))


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_question_and_phrase(asked: str, phrase: str) -> None:
    """Each question has a kind, and each phrase is of it or not, whatever they hold."""
    kind = answer_type(asked)

    assert kind in TYPES or kind.name == "anything"
    assert is_other_type(phrase, kind) in (True, False)
