"""Whether every citation stands in its file: quotes against the bytes on disk."""

from __future__ import annotations

from pathlib import Path

import qa
from tests.benchmarks.data import open_folder, print_table, read_rows, sample, squad_questions


def run(data: Path, work: Path) -> None:
    """Ask 500 SQuAD and 200 MultiHop-RAG questions and check all that is cited."""
    sets = (
        ("squad", "question", sample(squad_questions(data), 500)),
        ("multihop", "query", sample(read_rows(data / "multihop" / "queries_dev.jsonl"), 200)),
    )
    print_table(
        ("set", "questions", "answered", "citations", "exact"),
        [(name, *_check(name, [str(row[key]) for row in rows], data, work)) for name, key, rows in sets],
    )


def _check(name: str, questions: list[str], data: Path, work: Path) -> tuple[int, int, int, str]:
    answered = total = exact = 0
    with open_folder(name, data, work) as assistant:
        for question in questions:
            answer = assistant.ask(question)
            answered += answer.answered
            total += len(answer.citations)
            exact += sum(_stands(citation, data / name / "articles") for citation in answer.citations)
    return len(questions), answered, total, f"{exact} ({exact / max(total, 1):.1%})"


def _stands(citation: qa.Citation, folder: Path) -> bool:
    text = (folder / citation.file).read_bytes().decode("utf-8")
    in_place = text[citation.start : citation.end] == citation.quote and bool(citation.quote.strip())
    return in_place and text.count("\n", 0, citation.start) + 1 == citation.line_start
