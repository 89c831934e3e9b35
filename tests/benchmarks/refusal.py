"""Whether the assistant knows what is not in the folder, and finds what is."""

from __future__ import annotations

import shutil
from pathlib import Path

import qa
from tests.benchmarks.data import Row, print_table, sample, squad_questions

QUESTIONS = 300


def run(data: Path, work: Path) -> None:
    """Ask SQuAD questions of two folders: one holds half of the articles, the other the rest."""
    articles = sorted((data / "squad" / "articles").iterdir())
    halves = [{path.name for path in articles[side::2]} for side in (0, 1)]
    refused = {True: 0, False: 0}
    asked = {True: 0, False: 0}
    first = within = 0
    rows = sample(squad_questions(data), QUESTIONS)
    for side, names in enumerate(halves):
        with _open_half(side, names, data, work) as assistant:
            for row in rows:
                inside = row["file"] in names
                answer = assistant.ask(row["question"])
                asked[inside] += 1
                refused[inside] += not answer.answered
                if inside:
                    first += _says(answer.statements[:1], row)
                    within += _says(answer.statements, row)
    refusals = refused[False] + refused[True]
    print_table(
        ("figure", "measured"),
        [
            ("refusals that were right (precision)", f"{refused[False] / max(refusals, 1):.3f}"),
            ("questions without their article that were refused (recall)", f"{refused[False] / asked[False]:.3f}"),
            ("questions with their article that were refused", f"{refused[True] / asked[True]:.3f}"),
            ("answer in the first statement, refusals as wrong", f"{first / asked[True]:.3f}"),
            ("answer in the statements, refusals as wrong", f"{within / asked[True]:.3f}"),
        ],
    )


def _open_half(side: int, names: set[str], data: Path, work: Path) -> qa.Assistant:
    folder = work / f"squad-half-{side}"
    folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copy2(data / "squad" / "articles" / name, folder / name)
    return qa.open(corpus=folder, index=work / f"squad-half-{side}-index")


def _says(statements: tuple[qa.Statement, ...], row: Row) -> bool:
    said = " ".join(statement.text for statement in statements).casefold()
    return any(" ".join(answer["text"].split()).casefold() in said for answer in row["answers"])
