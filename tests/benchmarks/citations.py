"""Whether every citation matches its file: quotes compared with the bytes on disk."""

from __future__ import annotations

from pathlib import Path

import qa
from tests.benchmarks.data import open_folder, read_rows, sample, squad_questions
from tests.benchmarks.figures import Figure


def run(data: Path, work: Path) -> list[Figure]:
    """Answer 500 SQuAD and 200 MultiHop-RAG questions and check all citations."""
    sets = (
        ("squad", "question", sample(squad_questions(data), 500)),
        ("multihop", "query", sample(read_rows(data / "multihop" / "queries_dev.jsonl"), 200)),
    )
    checked = [_check(name, [str(row[key]) for row in rows], data, work) for name, key, rows in sets]
    exact, total = (sum(counts) for counts in zip(*checked, strict=True))
    return [
        Figure("citations whose quote is in the file at that position, 700 questions", f"{exact:,} of {total:,}", "all")
    ]


def _check(name: str, questions: list[str], data: Path, work: Path) -> tuple[int, int]:
    """Return the number of exact citations, and of all citations."""
    total = exact = 0
    with open_folder(name, data, work) as assistant:
        for question in questions:
            citations = assistant.ask(question).citations
            total += len(citations)
            exact += sum(_matches_file(citation, data / name / "articles") for citation in citations)
    return exact, total


def _matches_file(citation: qa.Citation, folder: Path) -> bool:
    text = (folder / citation.path).read_bytes().decode("utf-8")
    is_exact = text[citation.start : citation.end] == citation.quote and bool(citation.quote.strip())
    return is_exact and text.count("\n", 0, citation.start) + 1 == citation.line_start
