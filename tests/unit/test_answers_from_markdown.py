"""Answers from Markdown, with the real models: clean text, within a block, cited to the very characters of the file."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

import pytest

import qa
from qa.corpus.blocks import blocks_of
from qa.text.clean_text import folded

ARTICLES = {
    "festival.md": (
        "# Café *Müller* festival\n\n"
        "The festival of [Lindholm](https://lindholm.example/a_b) was opened by **Zoë Krüger** <!-- not by Hans -->in "
        "May. It drew `4,200` visitors,[^1] says the [[Coast Herald|Herald]].\n\n"
        "![The stage at night](img/stage_night.png)\n\n"
        "%%The secret budget was nine million euros.%%\n\n"
        "> The music was *loud*, and the piano was out of tune.\n\n"
        "[^1]: Counted by Señor Núñez at the north gate.\n\n"
        "## Programme\n\n"
        "- Saturday\n    - The **brass band** plays at noon\n    - The *choir* sings at 8 p.m.\n"
        "- Sunday\n    - [The clown](clown.md) juggles at 3 p.m.\n\n"
        "## Costs\n\n"
        "| Item | Paid by | Amount |\n|:--|---|--:|\n| Stage \\| lights | **Harbour Bank** | &euro;12,500 |\n"
        "| Fireworks | [City council](council.md) | $9,800 |\n| Toilets | `Ola Vik` | £640 |\n"
    ),
    "mill.md": (
        "# The ﬁnal shift\n\n"
        "The paper mill of Ærøskøbing closed on *3 March 1998*, after the owner,\n"
        "[Nils Bjørn](nils.md), had sold the machines to a firm in Kraków for\n"
        "two million crowns. Its chimney still stands.\n\n"
        "1. The boilers went to **Gdańsk**.\n2. The clock went to the ＭＵＳＥＵＭ of Sandvik.\n"
        "   It still runs.\n\n"
        "```sh\nmill --stop boiler\n```\n\n"
        "Term\n: The mill race is a canal that drove the wheel.\n"
    ),
}
QUESTIONS = (
    "Who opened the festival of Lindholm?",
    "How many visitors did the festival draw?",
    "Who counted the visitors?",
    "What was out of tune?",
    "What does the photo show at night?",
    "When does the choir sing?",
    "Who juggles on Sunday?",
    "What happens on Saturday?",
    "Who paid for the fireworks?",
    "How much did the stage cost?",
    "What did Ola Vik pay for?",
    "When did the paper mill close?",
    "Who sold the machines of the mill?",
    "Where did the boilers go?",
    "Where did the clock of the mill go?",
    "How do you stop the boiler?",
    "What is the mill race?",
    "What was the secret budget?",
    "Which newspaper wrote about the festival?",
    "What happened in Kraków?",
)
FORMS: dict[str, Callable[[str], str]] = {
    "composed": lambda text: text,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "wide": lambda text: text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "02489"}),
    "in quotes": lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
}
MARKUP = [
    "](",
    "![",
    "[[",
    "]]",
    "**",
    "<!--",
    "%%",
    "|",
    "`",
    "[^",
    "\\",
    "&euro",
    "https:",
    ".md",
    ".png",
    "\n",
    "  ",
]
Asked = tuple[dict[str, str], list[qa.Answer]]


@pytest.fixture(scope="module", params=FORMS)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The articles in one of the forms, and the answers to all questions, at any confidence."""
    folder = tmp_path_factory.mktemp("markdown")
    texts = {path: FORMS[request.param](text) for path, text in ARTICLES.items()}
    (folder / "articles").mkdir()
    for path, text in texts.items():
        (folder / "articles" / path).write_bytes(text.encode())
    with qa.open(folder / "articles", folder / "index", min_confidence=0) as assistant:
        yield texts, [assistant.ask(question) for question in QUESTIONS]


def test_answers_contain_no_markup(asked: Asked) -> None:
    """Neither statements nor short answers contain markup, addresses, or what the writer hid."""
    for answer in asked[1]:
        assert answer.statements, answer.question
        for text in [answer.short_answer or "", *(statement.text for statement in answer.statements)]:
            marks = [mark for mark in [*MARKUP, "Hans", "secret", "million euros"] if mark in text]
            assert [] == [mark for mark in marks if not (mark == "|" and "Stage | lights" in text)], answer.question


def test_answers_lie_within_blocks(asked: Asked) -> None:
    """A statement is sentences of a single block of the cited article, and so is each short answer."""
    texts, answers = asked
    for answer in answers:
        for statement in answer.statements:
            path = answer.citations[statement.citations[0] - 1].path
            blocks = [block.clean.text for block in blocks_of(path, texts[path], 0)]
            assert any(statement.text in block for block in blocks), (answer.question, statement.text)
        for part in (answer.short_answer or "").split(", "):
            assert any(part in statement.text for statement in answer.statements), (answer.question, part)


def test_citations_are_exact(asked: Asked) -> None:
    """A quote is the characters of the file, on the lines named, and has the words of its statement."""
    texts, answers = asked
    for answer in answers:
        for citation in answer.citations:
            text = texts[citation.path]
            assert citation.quote == text[citation.start : citation.end]
            assert citation.line_start == text.count("\n", 0, citation.start) + 1
            assert citation.line_end == text.count("\n", 0, citation.end) + 1
            assert not citation.stale
        for statement in answer.statements:
            quote = folded(answer.citations[statement.citations[0] - 1].quote)
            own = [word.strip(".,;:") for word in statement.text.split() if not word.endswith(":")]
            missing = [word for word in own if word not in quote and word not in ("Paid", "by:", "€12,500")]
            assert [] == missing, answer.question


@pytest.mark.parametrize(
    ("question", "short_answer"),
    [
        ("Who opened the festival of Lindholm?", "Zoë Krüger"),
        ("How many visitors did the festival draw?", "4,200"),
        ("Who paid for the fireworks?", "City council"),
        ("Where did the boilers go?", "Gdańsk"),
        ("When did the paper mill close?", "3 March 1998"),
    ],
)
def test_answers_are_the_same_in_every_form(asked: Asked, question: str, short_answer: str) -> None:
    """What answers does not depend on how the characters of the file are written."""
    answer = asked[1][QUESTIONS.index(question)]

    assert short_answer == answer.short_answer
