"""Answers from metadata, lists and tables: what they give, what they cite, and when they leave it to the reader."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from tests.conftest import OpenArticles

ARTICLES = {
    "posts/ferry.md": (
        "---\ntitle: The old ferry\nauthor: Ada Wren\ndate: 2024-05-14\ntags: [boats, harbour]\n"
        "source: Coast Herald\n---\n\nThe ferry to Sandvik sails every hour. It carries forty cars.\n"
    ),
    "posts/2023-11-02-lighthouse.md": "# The lighthouse of Lindholm\n\nThe lamp was lit by a keeper until 1971.\n",
    "rope.txt": "Rope works reopen\nBy Nils Holm\n\nThe rope works in Lindholm opened again. Twelve work there.\n",
    "mail.txt": (
        "From: Karin Osk <karin@example.org>\nTo: all@example.org\nDate: Mon, 3 Feb 2025 11:40:00 +0100\n"
        "Subject: New parking rules\n\nFrom Monday, cars may stand behind the mill. Please use the north gate.\n"
    ),
    "meeting.md": (
        "# Harbour meeting\n\n## Present\n\n- Eva Lind\n- *Omar* [Haddad](people/omar.md)\n- Jun Sato\n\n"
        "## Decisions\n\n- The crane will be sold.\n- The pier gets new lamps.\n\n"
        "## Tasks\n\n- [ ] Write to the insurer\n- [x] Order the lamps\n- [ ] Measure the pier\n"
    ),
    "bread.md": (
        "# Rye bread\n\nA loaf for two days.\n\n## Ingredients\n\n- 500 g rye flour\n- 350 ml water\n"
        "- 10 g salt\n\n## Steps\n\n1. Mix flour and water.\n2. Rest for an hour.\n3. Bake for 50 minutes.\n"
    ),
    "fleet.md": (
        "# Fleet register\n\n| Vessel | Built | Captain | Berth |\n|---|---|---|---|\n"
        + "".join(f"| Skua {number} | {1900 + number} | Captain {number} | {number * 3} |\n" for number in range(2, 90))
        + "| **Ternen** | 1887 | [Ida Falk](ida.md) | 7 |\n| Gannet | 1931 | Leo Brandt | 9 |\n"
        "| Gannet | 1952 | Mia Roos | 11 |\n"
    ),
}


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """An assistant over the articles, for questions that change nothing."""
    return open_articles(ARTICLES)


def quote_of(answer: qa.Answer, text: str) -> str:
    """Return the quote of the only citation, which stands at its offsets in the article's text."""
    (citation,) = answer.citations
    assert citation.quote == text[citation.start : citation.end]
    assert citation.line_start == text.count("\n", 0, citation.start) + 1
    assert not citation.stale
    return citation.quote


@pytest.mark.parametrize(
    ("question", "path", "short_answer", "quote"),
    [
        ("Who wrote the article about the old ferry?", "posts/ferry.md", "Ada Wren", "author: Ada Wren"),
        ("When was the post on the old ferry published?", "posts/ferry.md", "14 May 2024", "date: 2024-05-14"),
        ("What are the tags of the old ferry article?", "posts/ferry.md", "boats, harbour", "tags: [boats, harbour]"),
        ("Where is the article about the old ferry from?", "posts/ferry.md", "Coast Herald", "source: Coast Herald"),
        ("How long is the article about the old ferry?", "posts/ferry.md", "11 words", "title: The old ferry"),
        ("Who wrote the article about the rope works?", "rope.txt", "Nils Holm", "By Nils Holm"),
        ("Who sent the mail about parking rules?", "mail.txt", "Karin Osk", "From: Karin Osk <karin@example.org>"),
        (
            "When was the mail about parking rules sent?",
            "mail.txt",
            "3 February 2025",
            "Date: Mon, 3 Feb 2025 11:40:00 +0100",
        ),
        (
            "When was the post about the lighthouse published?",
            "posts/2023-11-02-lighthouse.md",
            "2 November 2023",
            "# The lighthouse of Lindholm",
        ),
    ],
)
def test_metadata_answers(assistant: qa.Assistant, question: str, path: str, short_answer: str, quote: str) -> None:
    """The line that states a field is cited, whether front matter, header, byline or else the article's title."""
    answer = assistant.ask(question)

    assert (short_answer, path) == (answer.short_answer, answer.citations[0].path)
    assert quote == quote_of(answer, ARTICLES[path])
    assert short_answer in answer.statements[0].text


@pytest.mark.parametrize(
    ("question", "path", "items", "quote"),
    [
        (
            "Who was present at the harbour meeting?",
            "meeting.md",
            ["Eva Lind", "Omar Haddad", "Jun Sato"],
            "- Eva Lind\n- *Omar* [Haddad](people/omar.md)\n- Jun Sato",
        ),
        (
            "What are the ingredients of the rye bread?",
            "bread.md",
            ["500 g rye flour", "350 ml water", "10 g salt"],
            "- 500 g rye flour\n- 350 ml water\n- 10 g salt",
        ),
        (
            "What decisions are there from the harbour meeting?",
            "meeting.md",
            ["The crane will be sold", "The pier gets new lamps"],
            "- The crane will be sold.\n- The pier gets new lamps.",
        ),
    ],
)
def test_list_answers(assistant: qa.Assistant, question: str, path: str, items: list[str], quote: str) -> None:
    """All items under the heading are named, each once and without markup, and cited as one range."""
    answer = assistant.ask(question)

    assert ", ".join(items) == answer.short_answer
    assert quote == quote_of(answer, ARTICLES[path])
    assert all(answer.statements[0].text.count(item) == 1 for item in items)


@pytest.mark.parametrize(
    ("question", "tasks"),
    [
        ("What are the open tasks of the harbour meeting?", ["Write to the insurer", "Measure the pier"]),
        ("Which tasks of the harbour meeting are done?", ["Order the lamps"]),
        (
            "What are the tasks from the harbour meeting?",
            ["Write to the insurer", "Order the lamps", "Measure the pier"],
        ),
    ],
)
def test_tasks_are_open_or_done(assistant: qa.Assistant, question: str, tasks: list[str]) -> None:
    """Only the tasks whose box is as the question wants are named."""
    answer = assistant.ask(question)

    assert ", ".join(tasks) == answer.short_answer
    assert [task in citation.quote for citation, task in zip(answer.citations, tasks, strict=True)] == [True] * len(
        tasks
    )


@pytest.mark.parametrize(
    ("question", "cell", "row"),
    [
        ("Who is the captain of Ternen?", "Ida Falk", "| **Ternen** | 1887 | [Ida Falk](ida.md) | 7 |"),
        ("When was Ternen built?", "1887", "| **Ternen** | 1887 | [Ida Falk](ida.md) | 7 |"),
        ("Which berth does Skua 44 have?", "132", "| Skua 44 | 1944 | Captain 44 | 132 |"),
    ],
)
def test_table_answers(assistant: qa.Assistant, question: str, cell: str, row: str) -> None:
    """In a table of ninety rows, the cell in the row and column that the question names answers; its row is cited."""
    answer = assistant.ask(question)

    assert cell == answer.short_answer
    assert row == quote_of(answer, ARTICLES["fleet.md"])
    assert "|" not in answer.statements[0].text


@pytest.mark.parametrize(
    "question",
    [
        "When was the Gannet built?",
        "Who is the captain of the Gannet?",
        "Who was the first present at the harbour meeting?",
        "What is the first ingredient of the rye bread?",
        "What is the biggest task of the harbour meeting?",
        "Who was present at the launch of the submarine?",
        "What are the ingredients of the lemon cake?",
        "What are the open tasks of the rope works?",
        "Who is the captain of the Albatross?",
        "How many cars does the ferry carry?",
        "Who lit the lamp of the lighthouse?",
        "Who wrote the article about whales?",
        "Which tags does the article about the lighthouse have?",
        "What is the berth?",
        "Which berth does Skua 444 have?",
    ],
)
def test_structure_does_not_answer(assistant: qa.Assistant, question: str) -> None:
    """Two rows that match, one item of a list, another list or article, and plain facts are left to the reader."""
    answer = assistant.ask(question)

    assert not answer.reason.startswith("taken from")
    for items in ("Eva Lind, Omar Haddad", "flour, 350 ml", "insurer, "):
        assert items not in (answer.short_answer or "")


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_breaks_do_not_matter(tmp_path: Path, newline: str) -> None:
    """Metadata, lists and cells are cited exactly in files of other systems."""
    texts = {f"{number}.md": ARTICLES[name].replace("\n", newline) for number, name in enumerate(ARTICLES)}
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    with qa.open(folder, tmp_path / "index") as assistant:
        for question, short_answer in (
            ("Who wrote the article about the old ferry?", "Ada Wren"),
            ("What are the ingredients of the rye bread?", "500 g rye flour, 350 ml water, 10 g salt"),
            ("Who is the captain of Ternen?", "Ida Falk"),
        ):
            answer = assistant.ask(question)
            citation = answer.citations[0]
            assert short_answer == answer.short_answer
            assert citation.quote == texts[citation.path][citation.start : citation.end]
