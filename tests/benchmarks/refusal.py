"""Whether the assistant refuses questions that the folder does not answer, and answers the others."""

from __future__ import annotations

import shutil
from pathlib import Path

import qa
from qa.evaluation import Evaluation, KnownQuestion, Outcome, evaluate
from tests.benchmarks.data import sample, squad_questions
from tests.benchmarks.figures import Figure, share
from tests.benchmarks.folder import known

QUESTIONS = 500


def run(data: Path, work: Path) -> list[Figure]:
    """Ask 500 SQuAD questions of both halves of the articles: the one that answers them and the other."""
    rows = sample(squad_questions(data), QUESTIONS)
    outcomes: list[Outcome] = []
    for side, names in enumerate(halves(data)):
        with open_half(side, data, work) as assistant:
            questions = [known(row) if row["file"] in names else unknown(row["question"]) for row in rows]
            outcomes.extend(evaluate(assistant, questions).outcomes)
    figures = Evaluation(tuple(outcomes)).figures()
    return [
        Figure(
            "asked with and without the right article: refusals right (precision) / found (recall)",
            f"{share(figures['refusal_precision'] or 0)} / {share(figures['refusal_recall'] or 0)}",
            ".95 / .97",
            "haiku.rag, on MTRAG: .24-.33 / .31-.44",
        ),
        Figure("with it, refused all the same", share(figures["false_refusals"] or 0), "at most .04"),
        Figure("expected calibration error of both", share(figures["calibration_error"] or 0), "at most .06"),
    ]


def unknown(question: str) -> KnownQuestion:
    """Return a question that the folder does not answer."""
    return KnownQuestion(question, (), frozenset(), False)


def halves(data: Path) -> list[set[str]]:
    """Return the names of every other article, and of the rest."""
    articles = sorted((data / "squad" / "articles").iterdir())
    return [{path.name for path in articles[side::2]} for side in (0, 1)]


def open_half(side: int, data: Path, work: Path) -> qa.Assistant:
    """Return an assistant over one half of SQuAD's articles."""
    folder = work / f"squad-half-{side}"
    folder.mkdir(exist_ok=True)
    for name in halves(data)[side]:
        shutil.copy2(data / "squad" / "articles" / name, folder / name)
    return qa.open(corpus=folder, index=work / f"squad-half-{side}-index")
