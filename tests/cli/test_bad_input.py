"""The table of bad input, row by row, from the command line to the files on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

import qa
from qa.corpus import MAX_BYTES
from qa.index import Index
from tests.helpers.commands import Commands, over

FIRST = "The lighthouse of Saltmere was lit in 1887 by the keeper Ada Wren."
SECOND = "The ferry to Vostrava sails at noon and costs nine crowns."
LIT = "When was the lighthouse of Saltmere lit?"
FERRY = "What does the ferry to Vostrava cost?"


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus."""
    return over(small, capsys)


@pytest.fixture
def news(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over two articles, indexed, that a test may change."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(f"News of the day.\n\n{FIRST}\n")
    (folder / "b.txt").write_text(f"News of the sea.\n\n{SECOND}\n")
    commands = Commands(capsys, folder, tmp_path / "index")
    assert 0 == commands("index").code
    return commands


def article(commands: Commands, name: str) -> Path:
    assert commands.corpus
    return commands.corpus / name


# Questions


@pytest.mark.parametrize("question", ["", " \n\t", "?!", "the of and", "What is it?"])
def test_a_question_that_names_nothing_is_wrong_usage(town: Commands, question: str) -> None:
    """Exit 2, one line, with a hint how to ask."""
    outcome = town("ask", "--", question)

    assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert "Ask " in outcome.err


@pytest.mark.parametrize(
    "question", ['"unbalanced harbour', "harbour AND NOT (", "harbour*", "header:harbour", "' OR 1=1 --"]
)
def test_search_syntax_is_only_text(town: Commands, question: str) -> None:
    """Nothing that a user types is an error of the search engines below."""
    assert 0 == town("search", "--", question).code


def test_a_far_question_is_no_answer(town: Commands) -> None:
    """Exit 1, the sentence that says so, and the nearest passages."""
    outcome = town("ask", "Which enzyme splits lactose in the gut?", "--json")

    assert 1 == outcome.code
    assert "The corpus does not answer this question." == outcome.json["text"]
    assert ([], []) == (outcome.json["statements"], outcome.json["citations"])
    assert outcome.json["passages"]


# The corpus


@pytest.mark.parametrize(
    "command", [["ask", "harbour?"], ["search", "harbour"], ["index"], ["index", "--rebuild"], ["status"]]
)
@pytest.mark.parametrize("kind", ["missing", "empty"])
def test_a_missing_or_empty_corpus_creates_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str], kind: str
) -> None:
    """Exit 3 with path and option; neither an index nor the data folder appears."""
    news = tmp_path / "news"
    if kind != "missing":
        news.mkdir()
        (news / "picture.png").write_bytes(b"png")
    before = {*tmp_path.rglob("*")}

    for index in (None, tmp_path / "index"):
        outcome = Commands(capsys, news, index)(*command)

        assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
        assert str(news) in outcome.err
        assert "--corpus DIR" in outcome.err
        assert before == {*tmp_path.rglob("*")}


def test_a_corpus_of_unreadable_files_is_empty(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Exit 3 with the first reasons; no index comes of it."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    commands = Commands(capsys, tmp_path / "news", tmp_path / "index")

    outcome = commands("ask", LIT)

    assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert "a.txt: binary" in outcome.err
    assert "There is no index" in commands("status").err


def test_a_corpus_that_empties_keeps_its_index(news: Commands) -> None:
    """The folder may only not be mounted: the index stays for when it is back."""
    assert news.corpus and news.index
    aside = news.corpus.rename(news.corpus.with_name("aside"))
    news.corpus.mkdir()
    assert 3 == news("ask", LIT).code
    assert 3 == news("index", "--rebuild").code
    news.corpus.rmdir()
    aside.rename(news.corpus)

    outcome = news("ask", LIT, "--json")

    assert (0, "1887", 1) == (outcome.code, outcome.json["short_answer"], outcome.json["index"]["generation"])


def test_files_that_are_no_articles_are_skipped_and_listed(news: Commands) -> None:
    """With the reason, by index and status, in words and in JSON; the rest is indexed."""
    article(news, "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    article(news, "blank.txt").write_bytes(b" \n")
    article(news, "long.txt").write_bytes(b"word " * (MAX_BYTES // 5 + 1))
    article(news, "c.txt").write_text("The tram stops at the Glass Market.\n")
    expected = ["binary.txt: binary", "blank.txt: empty", f"long.txt: longer than {MAX_BYTES:,} bytes"]

    indexed, status = news("index"), news("status")

    assert [(0, ""), (0, "")] == [indexed[::2], status[::2]]
    assert indexed.out.startswith("3 documents, 3 chunks: 1 added, 0 changed, 0 removed, 3 skipped ")
    assert expected == [line.removeprefix("skipped ") for line in indexed.out.splitlines()[1:]]
    assert expected == [line[12:] for line in status.out.splitlines() if line.startswith("skipped")]
    for found in (news("index", "--json").json, news("status", "--json").json):
        assert expected == [f"{one['path']}: {one['reason']}" for one in found["skipped"]]
    assert 0 == news("search", "tram").code


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_skipped_and_listed(news: Commands) -> None:
    """And taken in when it may be read again."""
    article(news, "c.txt").write_text("The tram stops at the Glass Market.\n")
    article(news, "c.txt").chmod(0)

    assert "c.txt: permission denied" in news("index").out
    article(news, "c.txt").chmod(0o600)
    article(news, "c.txt").touch()
    assert "3 documents" in news("index").out


def test_a_skipped_file_that_is_mended_is_taken_in(news: Commands) -> None:
    """The next run reads it again because it changed, and lists it no longer."""
    article(news, "c.txt").write_bytes(b"")
    assert "skipped c.txt: empty" in news("index").out

    article(news, "c.txt").write_text("The tram stops at the Glass Market.\n")

    assert "skipped c.txt" not in news("index").out
    assert 0 == news("ask", "Where does the tram stop?", "--min-confidence", "0").code


def test_an_encoding_that_is_not_utf_8_is_recorded(news: Commands) -> None:
    """Windows-1252 by its letters, UTF-16 and UTF-8 by their marks; the citation has the right letters."""
    article(news, "c.txt").write_bytes("The café “Étoile” – owned by Zoë – paid €640.\n".encode("cp1252"))
    article(news, "d.txt").write_text("The tram stops at Glasmarkt.\n", encoding="utf-16")
    article(news, "e.txt").write_text("The choir sang at noon.\n", encoding="utf-8-sig")
    assert news.index and 0 == news("index").code

    encodings = {entry.path: entry.encoding for entry in Index.open(news.index).documents()}
    citation = news("ask", "Who owns the café?", "--min-confidence", "0", "--json").json["citations"][0]

    assert {
        "a.txt": "utf-8",
        "b.txt": "utf-8",
        "c.txt": "windows-1252",
        "d.txt": "utf-16",
        "e.txt": "utf-8-sig",
    } == encodings
    assert ("c.txt", "The café “Étoile” – owned by Zoë – paid €640.") == (citation["path"], citation["quote"])


# Changes after indexing


def test_a_changed_file_is_refreshed_before_answering(news: Commands) -> None:
    """The answer is what the file says now."""
    article(news, "a.txt").write_text(FIRST.replace("1887", "1902"))

    found = news("ask", LIT, "--json").json

    assert ("1902", 2, False) == (found["short_answer"], found["index"]["generation"], found["citations"][0]["stale"])


def test_a_deleted_file_is_not_cited(news: Commands) -> None:
    """What is gone answers nothing."""
    article(news, "a.txt").unlink()

    outcome = news("ask", LIT, "--json")

    assert ["b.txt"] == [*{one["path"] for one in outcome.json["passages"]}]
    assert "a.txt" not in [one["path"] for one in outcome.json["citations"]]


@pytest.mark.parametrize("text", [None, "Nothing of the kind.\n", FIRST.replace("1887", "1902"), ""])
def test_without_refresh_a_quote_that_is_gone_is_marked(news: Commands, text: str | None) -> None:
    """Stale in JSON, said in words, and never shown as if it stood there."""
    if text is None:
        article(news, "a.txt").unlink()
    else:
        article(news, "a.txt").write_text(text)

    outcome = news("ask", LIT, "--no-refresh", "--json")

    assert 0 == outcome.code
    assert [("a.txt", FIRST, True)] == [(one["path"], one["quote"], one["stale"]) for one in outcome.json["citations"]]
    assert 1 == outcome.json["index"]["generation"]
    assert "(the file has changed: the quote is no longer there)" in news("ask", LIT, "--no-refresh").out


def test_without_refresh_a_quote_that_moved_is_cited_where_it_stands_now(news: Commands) -> None:
    """At its new line and characters, not stale."""
    text = f"One line more.\r\nAnd one.\r\n\r\nNews of the day. {FIRST}\r\n"
    article(news, "a.txt").write_bytes(text.encode())

    citation = news("ask", LIT, "--no-refresh", "--json").json["citations"][0]

    assert (text.index(FIRST), 4, 4, False) == tuple(
        citation[key] for key in ("start", "line_start", "line_end", "stale")
    )
    assert FIRST == text[citation["start"] : citation["end"]]


# Two writers


def test_a_second_writer_says_who_holds_the_lock(news: Commands) -> None:
    """After a short wait: exit 4, the holder's process, and what to do."""
    assert news.index
    article(news, "c.txt").write_text("The tram stops at the Glass Market.\n")
    with FileLock(news.index / "LOCK"):
        (news.index / "LOCK").write_text("4711")
        outcome = news("index")

    assert (4, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert f"Another process (4711) is writing the index {news.index}" in outcome.err
    assert "--no-refresh" in outcome.err
    assert 0 == news("index").code


def test_a_question_is_answered_while_another_process_writes(news: Commands) -> None:
    """From the index as it is, with a notice on stderr and a clean stdout."""
    assert news.index
    article(news, "c.txt").write_text("The tram stops at the Glass Market.\n")
    with FileLock(news.index / "LOCK"):
        outcome = news("ask", LIT, "--json")

    assert (0, "1887", 1) == (outcome.code, outcome.json["short_answer"], outcome.json["index"]["generation"])
    assert outcome.err.startswith("Answering from the index as it is: Another process (")
    assert 1 == outcome.err.count("\n")


def test_a_first_question_can_not_wait_for_another_writer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With no old index there is nothing to answer from."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(FIRST)
    (tmp_path / "index").mkdir()
    with FileLock(tmp_path / "index" / "LOCK"):
        outcome = Commands(capsys, tmp_path / "news", tmp_path / "index")("ask", LIT)

    assert (4, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert "Another process" in outcome.err
