"""Questions and searches beside processes that change the index: no error, and no state that never existed."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import qa
from qa.errors import IndexLocked, IndexNotWritten
from tests.conftest import PROJECT

TOPICS = ("ferry", "tram", "mill", "choir")
STATEMENT = re.compile(r"edition (\d+) of the (\w+) report")


def article(topic: str, edition: int) -> str:
    """Return an article whose chunks all state its edition, so that a mix of two editions shows."""
    paragraphs = (f"This is edition {edition} of the {topic} report, part {part}." for part in range(4))
    filler = f" The {topic} of Saltmere is described at length in the records of the harbour office." * 25
    return "\n\n".join(paragraph + filler for paragraph in paragraphs) + "\n"


def write_corpus(corpus: Path, topic: str, edition: int) -> None:
    """Replace an article at once, as editors do."""
    temporary = corpus / f".{topic}.new"
    temporary.write_text(article(topic, edition), encoding="utf-8")
    temporary.replace(corpus / f"{topic}.txt")


def check(assistant: qa.Assistant, asks: bool, topic: str) -> None:
    """Search and ask, and check that each article appears in one edition, with all citations right."""
    passages = assistant.search(f"Which edition of the {topic} report is this?", top_k=100)
    editions = {STATEMENT.findall(passage.text)[0] for passage in passages if STATEMENT.search(passage.text)}
    topics = [name for _, name in editions]
    assert len(topics) == len(set(topics)), f"mixed editions: {editions}"
    assert passages, "nothing found"
    if asks:
        answer = assistant.ask(f"Which edition of the {topic} report is this?")
        for citation in answer.citations:
            assert citation.stale or citation.quote, citation


def read(corpus: Path, index: Path, kind: str, asks: int, seed: int) -> None:
    """Ask as one of the kinds of readers, so many times."""
    generator = random.Random(seed)
    notices: list[str] = []
    refresh = kind == "refreshing"
    stays = None if kind == "one-shot" else qa.open(corpus, index, refresh=refresh, on_notice=notices.append)
    for number in range(asks):
        topic = generator.choice(TOPICS)
        if stays is None:
            with qa.open(corpus, index, refresh=False) as assistant:
                check(assistant, number % 5 == 0, topic)
        else:
            if refresh:
                stays.refresh_if_possible()
            check(stays, number % 5 == 0, topic)
    assert all("Answering from the index as it is" in notice for notice in notices), notices
    if stays is not None:
        stays.close()


def change(corpus: Path, index: Path, seconds: float, seed: int) -> None:
    """Add, edit and delete articles, merge segments and rebuild once."""
    from qa.index import Builds, compaction

    compaction.MOST_SEGMENTS = 3
    generator = random.Random(seed)
    end, half = time.monotonic() + seconds, time.monotonic() + seconds / 2
    rebuilt = seed % 2 == 0
    number = 0
    with qa.Assistant(qa.load_settings(corpus=corpus, index=index)) as assistant:
        while time.monotonic() < end:
            number += 1
            write_corpus(corpus, generator.choice(TOPICS), seed * 1000 + number)
            extra = corpus / f"extra-{seed}.txt"
            if extra.exists():
                extra.unlink()
            else:
                extra.write_text(f"An extra article, number {number}, is about sails.\n", encoding="utf-8")
            try:
                assistant.refresh(rebuild=not rebuilt and time.monotonic() > half)
                rebuilt = rebuilt or time.monotonic() > half
                compaction.compact(Builds(index))
            except (IndexLocked, IndexNotWritten) as error:
                if "not let go" in str(error) or isinstance(error, IndexNotWritten):
                    raise


@pytest.mark.parametrize(("asks", "seconds"), [(72, 8.0), pytest.param(504, 60.0, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("embedder")
def test_six_readers_beside_two_writers(tmp_path: Path, asks: int, seconds: float) -> None:
    """Assistants that stay open, refreshing ones and one-shot ones never see an error or a mixed state."""
    corpus, index = tmp_path / "articles", tmp_path / "index"
    corpus.mkdir()
    for number, topic in enumerate(TOPICS):
        write_corpus(corpus, topic, number)
    with qa.open(corpus, index):
        pass
    module = "tests.cli.test_readers_and_writers"
    calls = [f"change(Path({str(corpus)!r}), Path({str(index)!r}), {seconds}, {seed})" for seed in (1, 2)]
    calls += [
        f"read(Path({str(corpus)!r}), Path({str(index)!r}), {kind!r}, {asks // 6}, {seed})"
        for seed, kind in enumerate(("open", "open", "refreshing", "refreshing", "one-shot", "one-shot"))
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", f"from pathlib import Path; import {module} as m; m.{call}"],
            cwd=PROJECT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for call in calls
    ]
    errors = [process.communicate()[1] for process in running]
    assert [0] * len(running) == [process.returncode for process in running], "\n".join(errors)
    with qa.open(corpus, index) as assistant:
        check(assistant, True, "ferry")
