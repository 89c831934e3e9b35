"""Formats answers, passages and reports: as text for people, as JSON for programs."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

import click

from qa.cli.skipped import skipped_lines
from qa.cli.streams import ESCAPE
from qa.corpus import file_of
from qa.corpus.listing import is_below
from qa.datatypes import EXTRACTIVE, Answer, Citation, Filter, IndexReport, Passage
from qa.matches import Match, best_match
from qa.questions.filter_words import as_texts, in_words
from qa.text.english import also_in, counted
from qa.text.sanitizing import single_line

_WIDTH = 100
"""Longest line of running text on a wide terminal."""
NOT_FOUND = "[not found in the articles]"
"""Follows a statement of a language model that no passage supports."""


def on_terminal() -> bool:
    """Whether stdout is a terminal that understands escape sequences."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def bold(text: str) -> str:
    """Return ``text`` in bold, if the terminal and ``NO_COLOR`` allow it."""
    return f"{ESCAPE}[1m{text}{ESCAPE}[0m" if _styled() else text


def dim(text: str) -> str:
    """Return ``text`` dimmed, if the terminal and ``NO_COLOR`` allow it."""
    return f"{ESCAPE}[2m{text}{ESCAPE}[0m" if _styled() else text


def wrapped(text: str, indent: str = "", hanging: str = "") -> str:
    """Return ``text`` wrapped to the width of the terminal; unwrapped if stdout is not a terminal.

    ``hanging`` indents all lines but the first one further.
    """
    if not on_terminal():
        return indent + text
    return textwrap.fill(
        text,
        max(min(_WIDTH, shutil.get_terminal_size().columns), 20),
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_answer(answer: Answer, root: Path, explain: bool) -> None:
    """Print an answer with its sources; for a refusal, the nearest passages."""
    click.echo(answer_text(answer, root, explain))


def answer_text(answer: Answer, root: Path, explain: bool = False) -> str:
    """Return what ``print_answer`` prints."""
    return "\n".join(_answer_lines(answer, root, explain))


def print_passages(passages: Iterable[Passage], query: str, root: Path, explain: bool) -> None:
    """Print passages, each with the text around the place that matches ``query`` best, matching words in bold."""
    for line in _passage_lines(passages, query, root, explain):
        click.echo(line)


def _answer_lines(answer: Answer, root: Path, explain: bool) -> Iterator[str]:
    lines = [in_words(answer.filter) if answer.answered else "", answer.understood]
    yield from (dim(wrapped(single_line(line))) for line in lines if line)
    if any(lines):
        yield ""
    if answer.short_answer:
        yield from (bold(wrapped(answer.short_answer)), "")
    if answer.answered:
        if answer.caveat:
            yield dim(wrapped(answer.caveat))
        if answer.disagreement:
            yield wrapped(answer.disagreement)
        yield from _statement_lines(answer)
        yield from ("", dim(f"Sources ({answer.shown_certainty})" if answer.shown_certainty else "Sources"))
        yield from (f"[{citation.number}] {_source(citation, root)}" for citation in answer.citations)
    else:
        yield bold(wrapped(answer.text))
        if answer.passages:
            yield from ("", dim("Nearest passages"))
            yield from _passage_lines(answer.passages[:3], answer.standalone_question or answer.question, root, explain)
    if explain:
        yield from _explanation(answer, root)


def _statement_lines(answer: Answer) -> Iterator[str]:
    for article, statements in answer.by_article():
        if article:
            yield dim(wrapped(_titled(article.title, article.published)))
        for statement in statements:
            marks = "".join(f"[{number}]" for number in statement.citations) if statement.supported else NOT_FOUND
            hanging = "  " if answer.label(statement) else ""
            yield wrapped(f"{statement.text} {marks}".rstrip(), "  " if article else "", hanging)


def _passage_lines(passages: Iterable[Passage], query: str, root: Path, explain: bool) -> Iterator[str]:
    for passage in passages:
        match = best_match(passage, query)
        location = _location(passage, passage.path, match.line, match.locator, root)
        yield f"{passage.rank:>2}. {location}"
        if explain:
            yield "    " + _scores(passage)
        yield _emphasised(wrapped(match.snippet, "    "), match)


def report_summary(report: IndexReport) -> str:
    """Return what indexing did in one line, and how large the index is now."""
    stats = report.stats
    counts = ((name, len(getattr(report, name))) for name in ("added", "changed", "removed", "renamed"))
    changes = [f"{count} {name}" for name, count in counts if count] or ["no changes"]
    skipped = [f"{len(report.skipped)} skipped"] * bool(report.skipped)
    embedded = f"{counted(report.embedded, 'chunk')} embedded, " if report.embedded else ""
    size = f"{counted(stats.documents, 'document')}, {counted(stats.chunks, 'chunk')}"
    return f"{size}: {', '.join(changes + skipped)} ({embedded}{report.seconds:.1f} s)"


def print_report(report: IndexReport) -> None:
    """Print what indexing did in one line, and what was skipped."""
    click.echo(report_summary(report))
    for line in skipped_lines((file.path, file.reason) for file in report.skipped):
        click.echo(f"skipped {line}")


def print_json(value: object) -> None:
    """Print one JSON object; control characters, and characters that stdout cannot encode, are escaped."""
    _print_json(value, 2)


def print_json_line(value: object) -> None:
    """Print one JSON object like ``print_json``, on a single line."""
    _print_json(value, None)


def answer_json(answer: Answer, explain: bool) -> dict[str, Any]:
    """Return an answer as the documented JSON object."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "answered": answer.answered,
        "short_answer": answer.short_answer,
        "text": answer.text,
        "statements": [asdict(statement) for statement in answer.statements],
        "citations": [asdict(citation) for citation in answer.citations],
        "confidence": round(answer.confidence, 4),
        "understood": answer.understood,
        "scope": as_texts(answer.scope),
        "filter": as_texts(answer.filter),
        "reason": answer.reason,
        "engine": answer.engine,
        "question_type": answer.question_type,
        "caveat": answer.caveat,
        "disagreement": answer.disagreement,
        "notice": answer.notice,
        "passages": [passage_json(passage, explain) for passage in answer.passages],
        "index": asdict(answer.index),
        "timings_ms": answer.timings_ms.by_stage(),
    }


def passage_json(passage: Passage, scores: bool = True) -> dict[str, Any]:
    """Return a passage as JSON, with its scores unless ``scores`` is false."""
    values = {
        field.name: getattr(passage, field.name) for field in fields(passage) if field.name not in ("layout", "copies")
    }
    values["scores"] = passage.scores._asdict()
    if not scores:
        del values["scores"]
    return values


def search_json(query: str, notice: str, passages: Sequence[Passage], chosen: Filter) -> dict[str, Any]:
    """Return the result of a search as the documented JSON object."""
    listed = [passage_json(passage) | {"match": asdict(best_match(passage, query))} for passage in passages]
    return {"query": query, "notice": notice, "filter": as_texts(chosen), "passages": listed}


def report_json(report: IndexReport) -> dict[str, Any]:
    """Return what indexing did as JSON."""
    return asdict(report)


def located(path: str, line: int, locator: str) -> str:
    """Return ``FILE:LINE``, or the file and a place in it that a person finds better, such as "report.pdf, page 3"."""
    return single_line(f"{path}, {locator}" if locator else f"{path}:{line}")


def link(text: str, root: Path, path: str) -> str:
    """Return ``text`` as an OSC 8 link to a file of the corpus, if stdout is a terminal.

    There is no link to a file elsewhere, which the index of somebody else may name, or a link in the corpus lead to.
    """
    file = root / file_of(path)
    if not on_terminal() or not is_below(os.path.realpath(file), os.path.realpath(root)):
        return text
    return f"{ESCAPE}]8;;{file.absolute().as_uri()}{ESCAPE}\\{text}{ESCAPE}]8;;{ESCAPE}\\"


def _emphasised(text: str, match: Match) -> str:
    """Return a snippet, already wrapped, with its matching words in bold; only the white space in it has changed."""
    letters = [position for position, char in enumerate(text) if not char.isspace()]
    for start, end in reversed(match.marks):
        first = sum(not char.isspace() for char in match.snippet[:start])
        low, high = letters[first], letters[first + end - start - 1] + 1
        text = text[:low] + bold(text[low:high]) + text[high:]
    return text


def _explanation(answer: Answer, root: Path) -> Iterator[str]:
    yield from ("", dim("Why"))
    whose = "" if answer.engine == EXTRACTIVE else "the reader's "
    yield f"{single_line(answer.engine)}, {whose}confidence {answer.confidence:.2f}: {single_line(answer.reason)}"
    for passage in answer.passages:
        location = link(located(passage.path, passage.line_start, passage.locator), root, passage.path)
        yield f"{passage.rank:>2}. {_scores(passage)}  {location}"
    timings = ", ".join(f"{step} {milliseconds:.0f} ms" for step, milliseconds in answer.timings_ms.by_stage().items())
    yield f"index generation {answer.index.generation}; {timings}"


def _scores(passage: Passage) -> str:
    scores = passage.scores
    reader = "" if scores.reader is None else f"reader {scores.reader:.3f}, "
    return f"{reader}fused {scores.fused:.3f} = full text {scores.fulltext:.3f}, vector {scores.vector:.3f}"


def _source(citation: Citation, root: Path) -> str:
    location = _location(citation, citation.path, citation.line_start, citation.locator, root)
    unconfirmed = " (the file no longer contains the quote, or cannot be read)" if citation.stale else ""
    return location + also_in(len(citation.also_in)) + unconfirmed


def _titled(title: str, published: date | None) -> str:
    return single_line(title) + (f" · {published.isoformat()}" if published else "")


def _location(cited: Citation | Passage, path: str, line: int, locator: str, root: Path) -> str:
    position = located(path, line, locator)
    details = [single_line(cited.source)] if cited.source else []
    details += [cited.published.isoformat()] if cited.published else []
    return titled_line(cited.title, details, position, link(position, root, path))


def titled_line(title: str, details: Sequence[str], position: str, shown: str, indent: int = 4) -> str:
    """Return an article in a line: its title, shortened if the terminal is narrow, details, and where it is.

    Args:
        title: the title.
        details: such as the day of publication.
        position: path, and perhaps line, of the article.
        shown: the same as it is printed, perhaps as a link.
        indent: how many columns are taken by what is printed before.
    """
    heading = single_line(title)
    if on_terminal():
        width = shutil.get_terminal_size().columns - indent - sum(len(f" · {part}") for part in (*details, position))
        heading = textwrap.shorten(heading, max(width, 20), placeholder="…")
    return " · ".join([heading, *details, shown])


def _print_json(value: object, indent: int | None) -> None:
    utf8 = (sys.stdout.encoding or "").lower() in ("utf-8", "utf8")
    text = json.dumps(value, ensure_ascii=not utf8, indent=indent, default=_jsonable)
    click.echo("".join(char if char.isprintable() or char == "\n" else _escaped(char) for char in text))


def _styled() -> bool:
    return on_terminal() and not os.environ.get("NO_COLOR")


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else json.dumps(char)[1:-1]


def _jsonable(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be represented in JSON")
