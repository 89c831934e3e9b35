"""Whether a passage says what a sentence says."""

from __future__ import annotations

from datetime import date

import pytest

from qa.datatypes import Passage, Scores
from qa.grounding.evidence import find_evidence

TEXT = (
    "The old harbour of Lindholm was closed in March 1987. A ferry had hit the crane on the pier. "
    "Karin Osk, the mayor, opened the new harbour two years later. She did not mention the 412 boats. "
    "Some 1,500 people came. The mill grinds 3.5 million tonnes."
)


def passage(text: str = TEXT, title: str = "The harbour", published: date | None = date(1989, 5, 1)) -> Passage:
    return Passage("a.txt", title, published, 0, len(text), 1, 1, text, 1, Scores(1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    "sentence",
    [
        "The old harbour of Lindholm was closed in March 1987.",
        "In March 1987 the old harbour was closed.",
        "Lindholm's old harbour was closed.",
        "Karin Osk opened the new harbour.",
        "The mayor Karin Osk opened the new harbour 2 years later.",
        "Karin Osk did not mention the 412 boats.",
        "1500 people came.",
        "The mill grinds 3.5 million tonnes.",
        "A ferry hit the crane.",
        "In May 1989 Karin Osk opened the new harbour.",
    ],
)
def test_what_is_said_holds(sentence: str) -> None:
    """Word for word, shortened, turned, with a name for "she", digits for words, and the article's own date."""
    support = find_evidence(sentence, [passage("Nothing of it here."), passage()])

    assert support is not None
    assert support.is_supported
    assert support.passage == 1


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The old harbour of Lindholm was closed in March 1989.", "1989"),
        ("The old harbour of Lindholm was closed in April 1987.", "april"),
        ("The old harbour of Osterby was closed in March 1987.", "osterby"),
        ("The old harbour of Lindholm was not closed in March 1987.", "not"),
        ("She did mention the 412 boats.", "not"),
        ("She did not mention the 421 boats.", "421"),
        ("Henrik Dal opened the new harbour two years later.", "dal"),
        ("Karin Osk opened the new harbour three years later.", "3"),
        ("Some 15,000 people came.", "15000"),
        ("The mill grinds 3.5 billion tonnes.", "billion"),
        ("A ferry had hit the crane on the pier in March 1987.", "1987"),
    ],
)
def test_a_fact_that_is_not_said_there_is_missing(sentence: str, missing: str) -> None:
    """Even where the passage has it elsewhere, of something else."""
    support = find_evidence(sentence, [passage(published=None)])

    assert support is not None
    assert not support.is_supported
    assert missing in support.missing


def test_the_opposite_is_not_excused_by_what_is_less_alike() -> None:
    """Another passage with half of the words says nothing about it."""
    other = passage("The harbour of Lindholm in March: a walk along the old pier, closed shops, and herring.")
    support = find_evidence("The old harbour of Lindholm was not closed in March 1987.", [other, passage()])

    assert support is not None
    assert not support.is_supported


def test_no_text_supports_nothing() -> None:
    """Nor does no passage."""
    assert find_evidence("The harbour was closed.", []) is None
    assert find_evidence("The harbour was closed.", [passage("")]) is None
