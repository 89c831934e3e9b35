"""A small language model writes answers: none of them may be worse than the articles' own words."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import qa
from tests.benchmarks.data import Row, open_folder, sample, squad_questions
from tests.benchmarks.figures import Figure, share
from tests.helpers.llama_server import llama_server

ANSWERED = 92
"""Number of questions: the first ones of the sample that qa answers."""
SAMPLE = 200
MODEL = "openai-like/smollm2"


def run(data: Path, work: Path) -> list[Figure]:
    """Let SmolLM2 write 92 answers about Wikipedia articles; about half an hour on two cores.

    Raises:
        RuntimeError: the model is not installed.
    """
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, llama_server(Path(folder)) as server:
        with open_folder("squad", data, work) as assistant:
            settings = assistant.settings.model_copy(update={"llm": MODEL, "llm_base_url": server.base_url})
        with qa.Assistant(settings) as writing:
            for row in sample(squad_questions(data), SAMPLE):
                extractive = writing.find(row["question"])
                if not writing.will_write(extractive):
                    continue
                answer = writing.write(extractive)
                counts["extractive"] += _holds(extractive, row)
                counts["shown"] += _holds(answer, row)
                counts["written"] += answer.engine == MODEL
                counts["all"] += 1
                if counts["all"] == ANSWERED:
                    break
    right = {name: share(counts[name] / counts["all"]) for name in ("shown", "extractive", "written")}
    return [
        Figure(
            "answers shown that hold the right phrase, SmolLM2 configured / none",
            f"{right['shown']} / {right['extractive']}",
            "at most .01 fewer",
            f"{counts['all']} questions; {right['written']} of the answers are the model's",
        )
    ]


def _holds(answer: qa.Answer, row: Row) -> bool:
    """Whether an answer has one of the right phrases in its text."""
    text = f"{answer.short_answer or ''} {answer.text}".casefold()
    return any(right["text"].casefold() in text for right in row["answers"])
