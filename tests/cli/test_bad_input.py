"""Bad input: empty questions, missing or unreadable articles, changed files and concurrent writers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

import qa
from qa.corpus import MAX_BYTES
from qa.index import Index
from tests.helpers.commands import Commands, commands_over

FIRST = "The lighthouse of Saltmere was lit in 1887 by the keeper Ada Wren."
SECOND = "The ferry to Vostrava sails at noon and costs nine crowns."
LIT = "When was the lighthouse of Saltmere lit?"


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus."""
    return commands_over(small, capsys)


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
def test_a_question_without_searchable_words_is_a_usage_error(town: Commands, question: str) -> None:
    """The exit code is 2; one line says how to ask instead."""
    outcome = town("ask", "--", question)

    assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert "For example: qa ask" in outcome.err or "Ask with" in outcome.err


@pytest.mark.parametrize(
    "question", ['"unbalanced harbour', "harbour AND NOT (", "harbour*", "header:harbour", "' OR 1=1 --"]
)
def test_search_syntax_is_plain_text(town: Commands, question: str) -> None:
    """Nothing that a user types causes an error in SQLite or Chroma."""
    assert 0 == town("search", "--", question).code


def test_an_unrelated_question_is_refused(town: Commands) -> None:
    """The exit code is 1; the text says so, and the nearest passages are listed."""
    outcome = town("ask", "Which enzyme splits lactose in the gut?", "--json")

    assert 1 == outcome.code
    assert outcome.json["text"].startswith("The articles don't say. No article mentions")
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
    """The exit code is 3; the line has the path and the option, and neither index nor data folder is created."""
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
    """The exit code is 3; the line has the first reasons, and no index is created."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    commands = Commands(capsys, tmp_path / "news", tmp_path / "index")

    outcome = commands("ask", LIT)

    assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert "a.txt: binary" in outcome.err
    assert "There is no index" in commands("status").err


def test_an_index_survives_while_its_corpus_is_empty(news: Commands) -> None:
    """The folder may just not be mounted; the index is used again when it is back."""
    assert news.corpus and news.index
    aside = news.corpus.rename(news.corpus.with_name("aside"))
    news.corpus.mkdir()
    assert 3 == news("ask", LIT).code
    assert 3 == news("index", "--rebuild").code
    news.corpus.rmdir()
    aside.rename(news.corpus)

    outcome = news("ask", LIT, "--json")

    assert (0, "1887", 1) == (outcome.code, outcome.json["short_answer"], outcome.json["index"]["generation"])


def test_files_that_are_not_articles_are_skipped_and_listed(news: Commands) -> None:
    """``qa index`` and ``qa status`` list them with the reason, as text and as JSON; other files are indexed."""
    article(news, "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    article(news, "blank.txt").write_bytes(b" \n")
    article(news, "long.txt").write_bytes(b"word " * (MAX_BYTES // 5 + 1))
    article(news, "c.txt").write_text("The tram stops at the Glass Market.\n")
    expected = ["binary.txt: binary", "blank.txt: empty", f"long.txt: longer than {MAX_BYTES:,} bytes"]

    indexed, status = news("index"), news("status")

    assert [(0, ""), (0, "")] == [indexed[::2], status[::2]]
    assert indexed.out.startswith("3 documents, 3 chunks: 1 added, 3 skipped ")
    assert expected == [line.removeprefix("skipped ") for line in indexed.out.splitlines()[1:]]
    assert expected == [line[12:] for line in status.out.splitlines() if line.startswith("skipped")]
    for report in (news("index", "--json").json, news("status", "--json").json):
        assert expected == [f"{file['path']}: {file['reason']}" for file in report["skipped"]]
    assert 0 == news("search", "tram").code


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root can read every file")
def test_a_file_without_read_permission_is_skipped_until_it_has_it(news: Commands) -> None:
    """It is listed with the reason."""
    article(news, "c.txt").write_text("The tram stops at the Glass Market.\n")
    article(news, "c.txt").chmod(0)

    assert "c.txt: permission denied" in news("index").out
    article(news, "c.txt").chmod(0o600)
    article(news, "c.txt").touch()
    assert "3 documents" in news("index").out


def test_a_skipped_file_is_indexed_once_it_is_fixed(news: Commands) -> None:
    """The next run reads it again because it changed, and no longer lists it."""
    article(news, "c.txt").write_bytes(b"")
    assert "skipped c.txt: empty" in news("index").out

    article(news, "c.txt").write_text("The tram stops at the Glass Market.\n")

    assert "skipped c.txt" not in news("index").out
    assert 0 == news("ask", "Where does the tram stop?", "--min-confidence", "0").code


def test_an_encoding_that_is_not_utf_8_is_recorded(news: Commands) -> None:
    """Windows-1252 by its characters, UTF-16 and UTF-8 by their byte order marks; the citation is decoded."""
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
    """The answer is from the current text."""
    article(news, "a.txt").write_text(FIRST.replace("1887", "1902"))

    answer = news("ask", LIT, "--json").json

    assert ("1902", 2, False) == (
        answer["short_answer"],
        answer["index"]["generation"],
        answer["citations"][0]["stale"],
    )


def test_a_deleted_file_is_not_cited(news: Commands) -> None:
    """None of its passages is retrieved either."""
    article(news, "a.txt").unlink()

    outcome = news("ask", LIT, "--json")

    assert ["b.txt"] == [*{passage["path"] for passage in outcome.json["passages"]}]
    assert "a.txt" not in [citation["path"] for citation in outcome.json["citations"]]


@pytest.mark.parametrize("text", [None, "Nothing of the kind.\n", FIRST.replace("1887", "1902"), ""])
def test_without_refresh_a_quote_no_longer_in_the_file_is_marked(news: Commands, text: str | None) -> None:
    """``stale`` in JSON, a warning in the text."""
    if text is None:
        article(news, "a.txt").unlink()
    else:
        article(news, "a.txt").write_text(text)

    outcome = news("ask", LIT, "--no-refresh", "--json")

    keys = ("path", "quote", "stale")
    assert 0 == outcome.code
    assert [("a.txt", FIRST, True)] == [tuple(citation[key] for key in keys) for citation in outcome.json["citations"]]
    assert 1 == outcome.json["index"]["generation"]
    assert "(the file no longer contains the quote, or cannot be read)" in news("ask", LIT, "--no-refresh").out


def test_without_refresh_a_moved_quote_is_cited_at_its_new_position(news: Commands) -> None:
    """With the new line and offsets, and not as stale."""
    text = f"One line more.\r\nAnd one.\r\n\r\nNews of the day. {FIRST}\r\n"
    article(news, "a.txt").write_bytes(text.encode())

    citation = news("ask", LIT, "--no-refresh", "--json").json["citations"][0]

    assert (text.index(FIRST), 4, 4, False) == tuple(
        citation[key] for key in ("start", "line_start", "line_end", "stale")
    )
    assert FIRST == text[citation["start"] : citation["end"]]


# Concurrent writers


def test_a_second_writer_reports_the_process_that_holds_the_lock(news: Commands) -> None:
    """After a short wait, the exit code is 4; the line has the process ID and what to do."""
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
    """The existing index is used, and a notice goes to stderr."""
    assert news.index
    article(news, "c.txt").write_text("The tram stops at the Glass Market.\n")
    with FileLock(news.index / "LOCK"):
        outcome = news("ask", LIT, "--json")

    assert (0, "1887", 1) == (outcome.code, outcome.json["short_answer"], outcome.json["index"]["generation"])
    assert outcome.err.startswith("Answering from the index as it is: Another process (")
    assert 1 == outcome.err.count("\n")


def test_a_first_question_fails_while_another_process_writes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """There is no existing index to answer from."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(FIRST)
    (tmp_path / "index").mkdir()
    with FileLock(tmp_path / "index" / "LOCK"):
        outcome = Commands(capsys, tmp_path / "news", tmp_path / "index")("ask", LIT)

    assert (4, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert "Another process" in outcome.err
