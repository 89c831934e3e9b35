"""An index in a folder and on servers: the same changes of the articles give the same of both."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qa
from qa.datatypes import NO_FILTER, Filter
from tests.helpers.storages import EDITED, TOWN, StoredIndex, assert_same_contents, comparable

Change = Callable[[StoredIndex], object]


def _rename(stored: StoredIndex) -> None:
    (stored.corpus / "choir.txt").rename(stored.corpus / "news" / "singers.txt")
    os.utime(stored.corpus / "café.md", ns=(1, 1))


def _remove(stored: StoredIndex) -> None:
    (stored.corpus / "news" / "tram.txt").unlink()
    (stored.corpus / "café.md").write_bytes(b"\0" * 100)


def _bring_back(stored: StoredIndex) -> None:
    shutil.rmtree(stored.corpus / "news")
    stored.write({"café.md": "# Café\n\nThe café is open.\n"})


CHANGES: dict[str, Change] = {
    "first build": lambda stored: None,
    "no change": lambda stored: None,
    "new name, new time": _rename,
    **{name: lambda stored, name=name: stored.write(EDITED[name]) for name in EDITED},  # type: ignore[misc]
    "removed, unreadable": _remove,
    "removed folder, readable again": _bring_back,
}
"""What happens to the articles, in this order."""


def test_the_same_changes_give_the_same_index(in_folder: StoredIndex, on_servers: StoredIndex) -> None:
    """Reports, and all that questions read, agree after each; and so does a rebuild."""
    for name, change in CHANGES.items():
        change(in_folder)
        assert comparable(on_servers.update()) == comparable(in_folder.update()), name
        assert_same_contents(on_servers.contents(), in_folder.contents())

    assert comparable(on_servers.update(rebuild=True)) == comparable(in_folder.update(rebuild=True))
    assert_same_contents(on_servers.contents(), in_folder.contents())


NAMES = st.sampled_from(["choir.txt", "news/tram.txt", "café.md", "sub/new.md", "new.txt"])
TEXTS = st.sampled_from([*TOWN.values(), *(text for articles in EDITED.values() for text in articles.values())])
STEPS = st.lists(st.tuples(NAMES, st.one_of(st.none(), TEXTS, NAMES)), min_size=1, max_size=6)
"""Articles that are removed, written, or moved to another name."""


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(updates=st.lists(STEPS, min_size=1, max_size=3))
def test_any_sequence_of_changes_gives_the_index_of_one_run(
    in_folder: StoredIndex, on_servers: StoredIndex, updates: list[list[tuple[str, str | None]]]
) -> None:
    """On servers, after all that came before, too."""
    for steps in updates:
        for name, text in steps:
            path = in_folder.corpus / name
            if text in TOWN:
                if path.exists():
                    path.replace(in_folder.corpus / text)
            elif text is None:
                path.unlink(missing_ok=True)
            else:
                in_folder.write({name: text})
        for path in in_folder.corpus.rglob("*.*"):
            os.utime(path, ns=(1, 1))  # new times alone are not always recorded
        on_servers.update()
    in_folder.update(rebuild=True)

    servers, folder = on_servers.contents(), in_folder.contents()
    generations = {contents.exact["stats"].generation for contents in (servers, folder)}
    for contents in (servers, folder):
        contents.exact["stats"] = replace(contents.exact["stats"], generation=max(generations))
    assert_same_contents(servers, folder)


def test_what_changes_is_read_and_embedded_only(stored: StoredIndex) -> None:
    """Of an addition, an edit, a new name; a new time alone is no change, and a rebuild reads everything."""
    first = stored.update()
    assert (first.embedded, first.stats.chunks, 1) == (first.stats.chunks, 9, first.stats.generation)
    assert tuple(sorted(TOWN)) == first.added

    assert (again := stored.update()).unchanged
    assert first.stats == again.stats

    stored.write({"article-1.txt": "Title: The mill\n\nThe mill stands.\n", "choir.txt": "The choir has gone.\n"})
    report = stored.update()
    assert (("article-1.txt",), ("choir.txt",), 2) == (report.added, report.changed, report.embedded)

    (stored.corpus / "article-1.txt").rename(stored.corpus / "article-2.txt")
    os.utime(stored.corpus / "choir.txt", ns=(1, 1))
    report = stored.update()
    assert ((("article-1.txt", "article-2.txt"),), 0) == (report.renamed, report.embedded)
    assert () == report.added + report.removed + report.changed
    assert 3 == report.stats.generation

    (stored.corpus / "article-2.txt").unlink()
    assert ("article-2.txt",) == stored.update().removed
    report = stored.update(rebuild=True)
    assert (9, 5) == (report.embedded, report.stats.generation)


def test_what_cannot_be_read_is_skipped(stored: StoredIndex) -> None:
    """It leaves the index, comes back when it can be read, and if nothing can be, the index stays as it is."""
    stored.update()
    text = (stored.corpus / "choir.txt").read_bytes()
    (stored.corpus / "choir.txt").write_bytes(b"\0" * 9)
    report = stored.update()
    assert (("choir.txt",), ["choir.txt"]) == (report.removed, [file.path for file in report.skipped])
    with closing(stored.open()) as index:
        assert "choir.txt" not in index
        assert report.skipped == tuple(index.skipped())

    before = stored.contents()
    for path in stored.corpus.rglob("*.*"):
        path.write_bytes(b"\0" * 9)
    with pytest.raises(qa.CorpusError, match="no readable articles"):
        stored.update()
    assert_same_contents(stored.contents(), before)

    (stored.corpus / "choir.txt").write_bytes(text)
    assert ("choir.txt",) == stored.update().added


def test_characters_that_databases_dislike(in_folder: StoredIndex, on_servers: StoredIndex) -> None:
    """In texts and metadata of records, and in names of files."""
    records = [
        {"title": "a\0b", "text": "The mast\0 of \ud800 broke.", "author": "\udfff", "source": "x\0", "tags": "\0"},
        {"title": "\\N", "text": "\\. \\N \\x00 {1,2} NULL $$ -- ;", "author": "\t", "url": "http://example.org/\0"},
    ]
    (in_folder.corpus / "records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    for name in (b"tab\there.txt", b"line\nhere.txt", b"back\\N.txt", b"quote'\".txt", b"latin-\xe9.txt", b"%s?.txt"):
        (in_folder.corpus / os.fsdecode(name)).write_text("The mast of the boat broke.\n")
    (in_folder.corpus / "front.md").write_text('---\ntitle: "a\\0b\\uD800"\ntags: ["\\0"]\n---\n\nThe mast broke.\n')

    assert comparable(on_servers.update()) == comparable(in_folder.update())
    assert_same_contents(on_servers.contents(), in_folder.contents())
    with closing(on_servers.open()) as servers, closing(in_folder.open()) as folder:
        for query in ("mast\0", "\ud800 mast", "what?%s", "'; DROP TABLE documents; --"):
            meeting = Filter(paths=(f"*{query}*", query, "*.jsonl#1"))
            for text, each in ((query, NO_FILTER), ("mast", meeting)):
                assert len(folder.search_fulltext(text, 9, each)) == len(servers.search_fulltext(text, 9, each))
            assert folder.paths(meeting) == servers.paths(meeting)
            assert [] == folder.paths(Filter(authors=(query,))) == servers.paths(Filter(authors=(query,)))
            assert folder.titles(query) == servers.titles(query)
            assert len(folder.containing([query])) == len(servers.containing([query]))
        for name in ("mast\0", "what?%s", "'; DROP TABLE documents; --"):
            for index in (folder, servers):
                assert {} == index.documents_at([name]) == index.hashes_of([name])
                assert [] == index.keys_of(name)
                assert name not in index
                assert index.same_text("choir.txt", name) is None
                assert 0 == index.vocabulary.frequency(name)
