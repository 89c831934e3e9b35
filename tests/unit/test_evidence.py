"""Evidence: whether a passage supports a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from qa.datatypes import Passage
from qa.grounding.evidence import find_evidence
from tests.helpers import passages

TEXT = (
    "The old harbour of Lindholm was closed in March 1987. A ferry had hit the crane on the pier. "
    "Karin Osk, the mayor, opened the new harbour two years later. She did not mention the 412 boats. "
    "Some 1,500 people came. The mill grinds 3.5 million tonnes."
)


def passage(text: str = TEXT, title: str = "The harbour", published: date | None = date(1989, 5, 1)) -> Passage:
    return passages.passage(text, title=title, published=published)


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
def test_a_rephrased_fact_is_supported(sentence: str) -> None:
    """A sentence may be shortened or reordered, name a pronoun's person, use digits, or the article's date."""
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
def test_an_unsupported_fact_is_missing(sentence: str, missing: str) -> None:
    """A fact that the passage states only about something else, or not at all, is reported as missing."""
    support = find_evidence(sentence, [passage(published=None)])

    assert support is not None
    assert not support.is_supported
    assert missing in support.missing


def test_a_contradiction_is_not_hidden_by_a_less_similar_passage() -> None:
    """A passage with half of the sentence's words does not support what a closer passage contradicts."""
    other = passage("The harbour of Lindholm in March: a walk along the old pier, closed shops, and herring.")
    support = find_evidence("The old harbour of Lindholm was not closed in March 1987.", [other, passage()])

    assert support is not None
    assert not support.is_supported


def test_without_text_there_is_no_evidence() -> None:
    """Neither no passage at all nor an empty one gives evidence."""
    assert find_evidence("The harbour was closed.", []) is None
    assert find_evidence("The harbour was closed.", [passage("")]) is None
