"""Questions and searches beside processes that change the index: no error, and no state that never existed."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import qa
from qa.errors import IndexLocked, IndexNotWritten
from tests.conftest import PROJECT
from tests.torture.attacks import Attempt

TOPICS = ("ferry", "tram", "mill", "choir")
STATEMENT = re.compile(r"edition (\d+) of the (\w+) report")
KINDS = ("open", "open", "refreshing", "refreshing", "one-shot", "one-shot")
SECONDS_PER_ATTEMPT = 0.12
"""How long the writers go on for each question."""


def attack(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Ask and search in six processes, every fifth time a question, while two processes change the index."""
    corpus, index = folder / "articles", folder / "index"
    corpus.mkdir()
    for number, topic in enumerate(TOPICS):
        write_corpus(corpus, topic, number)
    with qa.open(corpus, index):
        pass
    seconds = max(5.0, attempts * SECONDS_PER_ATTEMPT)
    shares = [attempts // len(KINDS) + (number < attempts % len(KINDS)) for number in range(len(KINDS))]
    readers = [
        _started("read", corpus, index, kind, share, generator.randrange(1_000_000))
        for kind, share in zip(KINDS, shares, strict=True)
    ]
    writers = [_started("change", corpus, index, seconds, seed) for seed in (1, 2)]
    for kind, reader in zip(KINDS, readers, strict=True):
        output, errors = reader.communicate()
        yield from (
            Attempt(f"{kind}: {description}", problem) for description, problem in map(json.loads, output.splitlines())
        )
        if reader.returncode:
            yield Attempt(kind, errors)
    for writer in writers:
        _, errors = writer.communicate()
        if writer.returncode:
            yield Attempt("a writer", errors)


def _started(function: str, *arguments: object) -> subprocess.Popen[str]:
    code = f"import sys, json; from tests.torture import readers as r; r.{function}(*json.loads(sys.argv[1]))"
    listed = json.dumps([str(value) if isinstance(value, Path) else value for value in arguments])
    return subprocess.Popen(
        [sys.executable, "-c", code, listed], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


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


def require_one_state(assistant: qa.Assistant, asks: bool, topic: str) -> None:
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


def read(corpus: str, index: str, kind: str, asks: int, seed: int) -> None:
    """Ask as one of the kinds of readers, and print what was wrong each time, as JSON."""
    generator = random.Random(seed)
    notices: list[str] = []
    refresh = kind == "refreshing"
    stays = None if kind == "one-shot" else qa.open(corpus, index, refresh=refresh, on_notice=notices.append)
    for number in range(asks):
        topic, is_question, problem = generator.choice(TOPICS), number % 5 == 0, None
        try:
            if stays is None:
                with qa.open(corpus, index, refresh=False) as assistant:
                    require_one_state(assistant, is_question, topic)
            else:
                if refresh:
                    stays.refresh_if_possible()
                require_one_state(stays, is_question, topic)
            assert all("Answering from the index as it is" in notice for notice in notices), notices
        except Exception as error:
            problem = repr(error)
        sys.stdout.write(json.dumps([f"{'question' if is_question else 'search'} {number}, {topic}", problem]) + "\n")
    if stays is not None:
        stays.close()


def change(corpus: str, index: str, seconds: float, seed: int) -> None:
    """Add, edit and delete articles, merge segments and rebuild once."""
    from qa.index import compaction
    from qa.index.folder import FolderStorage

    compaction.MOST_SEGMENTS = 3
    generator = random.Random(seed)
    end, half = time.monotonic() + seconds, time.monotonic() + seconds / 2
    rebuilt = seed % 2 == 0
    number = 0
    with qa.Assistant(qa.load_settings(corpus=corpus, index=index)) as assistant:
        while time.monotonic() < end:
            number += 1
            write_corpus(Path(corpus), generator.choice(TOPICS), seed * 1000 + number)
            extra = Path(corpus) / f"extra-{seed}.txt"
            if extra.exists():
                extra.unlink()
            else:
                extra.write_text(f"An extra article, number {number}, is about sails.\n", encoding="utf-8")
            try:
                assistant.refresh(rebuild=not rebuilt and time.monotonic() > half)
                rebuilt = rebuilt or time.monotonic() > half
                compaction.compact(FolderStorage(Path(index)))
            except (IndexLocked, IndexNotWritten) as error:
                if "not let go" in str(error) or isinstance(error, IndexNotWritten):
                    raise
