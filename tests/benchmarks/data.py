"""Development questions, and assistants over their articles."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import qa

Row = dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    """Return the objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def sample(rows: Sequence[Row], count: int) -> list[Row]:
    """Return a fixed random sample of ``count`` rows."""
    return random.Random(7).sample(list(rows), min(count, len(rows)))


def squad_questions(data: Path, answerable: bool = True) -> list[Row]:
    """Return SQuAD's development questions."""
    rows = read_rows(data / "squad" / "questions_dev.jsonl")
    return [row for row in rows if row["answerable"] == answerable]


def open_folder(name: str, data: Path, work: Path) -> qa.Assistant:
    """Return an assistant over ``DATA/name/articles``, its index stored in ``work``."""
    return qa.open(corpus=data / name / "articles", index=work / name)


def contains_answer(passage: qa.Passage, row: Row) -> bool:
    """Whether a passage contains a gold answer of a SQuAD row at the exact position in the right file."""
    return passage.path == row["file"] and any(
        passage.start <= answer["start"] and answer["end"] <= passage.end for answer in row["answers"]
    )
