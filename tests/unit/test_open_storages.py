"""An index that is open while others write it, in a folder and on servers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

import qa
from qa.errors import IndexUnreachable
from qa.index.servers import writing
from qa.index.servers.catalog_writer import PostgresCatalogWriter
from tests.helpers.commands import Commands
from tests.helpers.servers import ChromaServer, PostgresServer
from tests.helpers.storages import Servers, StoredIndex, assert_same_contents, contents_of


@pytest.fixture
def servers(on_servers: StoredIndex) -> Servers:
    """The servers of the index, which is built."""
    on_servers.update()
    return Servers(on_servers)


def edit(stored: StoredIndex, number: int = 0) -> None:
    """Remove an article, if it is there, and write another."""
    (stored.corpus / "choir.txt").unlink(missing_ok=True)
    stored.write({"mill.txt": f"The mill of the ferry is number {number}.\n"})


def paths_of(assistant: qa.Assistant) -> set[str]:
    """Return the articles that a search has in its result."""
    return {passage.path for passage in assistant.search("Which mill and which choir?", top_k=20)}


@pytest.mark.parametrize("is_warm", [True, False], ids=["used before", "only opened"])
def test_an_open_index_stays_as_it_is(stored: StoredIndex, is_warm: bool) -> None:
    """Through updates and rebuilds, while one that is opened now has the new state."""
    stored.update()
    expected = stored.contents()
    with closing(stored.open()) as opened:
        if is_warm:
            opened.warm_up()
        edit(stored)
        stored.update()
        if is_warm:
            assert_same_contents(contents_of(opened, stored.embedder), expected)
        stored.update(rebuild=True)
        edit(stored, 1)
        stored.update()

        assert_same_contents(contents_of(opened, stored.embedder), expected)
        with closing(stored.open()) as newest:
            assert ("choir.txt" in opened, "mill.txt" in opened) == (True, False)
            assert ("choir.txt" in newest, "mill.txt" in newest) == (False, True)
            assert 4 == newest.stats().generation


def test_an_old_build_goes_when_nobody_reads_it(on_servers: StoredIndex, servers: Servers) -> None:
    """With its collection, and with the next run if not at once."""
    others = servers.collections.keys() - servers.listed
    with closing(on_servers.open()) as opened:
        on_servers.update(rebuild=True)
        assert {"qa_1", "qa_2"} == servers.builds
        assert 2 == len(servers.listed)
        assert opened.search_fulltext("ferry", 9)
    edit(on_servers)
    on_servers.update()

    assert {"qa_2"} == servers.builds
    assert 1 == len(servers.listed)
    assert servers.listed | others == servers.collections.keys()


def test_vectors_outlive_their_chunks_by_some_minutes(on_servers: StoredIndex, servers: Servers) -> None:
    """An index that was opened before finds them until then, and compares those that it knows even later."""
    (name,) = servers.listed
    chunks = servers.collections[name]
    expected = on_servers.contents()
    with closing(on_servers.open()) as opened:
        edit(on_servers)
        on_servers.update()
        on_servers.update()
        assert chunks + 1 == servers.collections[name]
        assert_same_contents(contents_of(opened, on_servers.embedder), expected)

        servers.age_removed_vectors()
        edit(on_servers, 1)
        on_servers.update()
        assert chunks + 1 == servers.collections[name]  # another has come, and one has gone
        actual = contents_of(opened, on_servers.embedder)
        assert actual.exact == expected.exact
        assert actual.scores == expected.scores
        assert actual.cosines["listed"] == expected.cosines["listed"]
    servers.age_removed_vectors()
    with on_servers.assistant() as assistant:
        assistant.compact()
    assert chunks == servers.collections[name] == on_servers.contents().exact["stats"].chunks


def test_a_paused_index_goes_on_if_nothing_was_written(stored: StoredIndex) -> None:
    """Otherwise it says so; paused, it keeps nothing from being removed."""
    stored.update()
    expected = stored.contents()
    with closing(stored.open()) as opened:
        opened.pause()
        stored.update()
        assert opened.resume()
        assert_same_contents(contents_of(opened, stored.embedder), expected)
        opened.pause()
        edit(stored)
        stored.update()
        assert not opened.resume()
    with closing(stored.open()) as opened:
        opened.pause()
        stored.update(rebuild=True)
        if stored.storage.is_shared:
            assert {"qa_2"} == Servers(stored).builds
        assert not opened.resume()


def test_an_assistant_moves_on(stored: StoredIndex) -> None:
    """Its next search has what was written elsewhere."""
    stored.update()
    with stored.assistant() as assistant:
        assert "choir.txt" in paths_of(assistant)
        edit(stored)
        stored.update()
        assert "mill.txt" in (updated := paths_of(assistant))
        assert "choir.txt" not in updated
        stored.update(rebuild=True)
        assert updated == paths_of(assistant)
        assert 3 == assistant.index.stats().generation


def test_lost_connections_are_opened_again(
    on_servers: StoredIndex, servers: Servers, postgres_server: PostgresServer, chroma_server: ChromaServer
) -> None:
    """By the next question, if a server was restarted or the network failed; within one, it is an error."""
    with on_servers.assistant() as assistant:
        expected = paths_of(assistant)
        servers.end_connections()
        assert expected == paths_of(assistant)

        index = assistant.index
        servers.end_connections()
        with pytest.raises(IndexUnreachable, match="does not answer"):
            index.search_fulltext("ferry", 9)
        assert expected == paths_of(assistant)

        postgres_server.stop()
        with pytest.raises(IndexUnreachable, match="does not answer"):
            paths_of(assistant)
        postgres_server.start()
        assert expected == paths_of(assistant)

        chroma_server.stop()
        with pytest.raises(IndexUnreachable, match=r"Chroma server .* does not answer"):
            paths_of(assistant)
        chroma_server.start()
        assert expected == paths_of(assistant)


@pytest.fixture
def interrupted(on_servers: StoredIndex, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoredIndex]:
    """The index, whose writers lose their connections before they commit."""

    def commit(self: Any) -> None:
        servers.end_connections()
        commit_of_writer(self)

    commit_of_writer = PostgresCatalogWriter.commit
    monkeypatch.setattr(PostgresCatalogWriter, "commit", commit)
    yield on_servers


@pytest.mark.parametrize("rebuild", [False, True])
def test_what_an_interrupted_run_leaves_is_removed_by_the_next(
    interrupted: StoredIndex, servers: Servers, monkeypatch: pytest.MonkeyPatch, rebuild: bool
) -> None:
    """Until then, nobody sees it."""
    before = interrupted.contents()
    others = servers.collections.keys() - servers.listed
    edit(interrupted)
    with pytest.raises(IndexUnreachable):
        interrupted.update(rebuild)
    left = sum(servers.collections[name] for name in servers.listed)
    assert left > before.exact["stats"].chunks
    assert_same_contents(interrupted.contents(), before)

    monkeypatch.undo()
    edit(interrupted, 1)
    interrupted.update()
    servers.age_removed_vectors()
    with interrupted.assistant() as assistant:
        assistant.compact()
    assert {"qa_1"} == servers.builds
    assert servers.listed | others == servers.collections.keys()
    (name,) = servers.listed
    assert interrupted.contents().exact["stats"].chunks == servers.collections[name]


def test_a_second_writer_is_told_of_the_first(
    stored: StoredIndex, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its exit code is 4; questions are answered meanwhile."""
    monkeypatch.setattr(writing, "_LOCK_SECONDS", 0.2)
    stored.update()
    edit(stored)
    command = Commands(capsys)
    with stored.storage.for_writing().writing():
        with pytest.raises(qa.IndexLocked) as error:
            stored.update()
        holder = f"qa {socket.gethostname()} {os.getpid()}" if stored.storage.is_shared else str(os.getpid())
        assert f"Another process ({holder}) is writing the index {stored.storage.name}" == error.value.message

        outcome = command(*stored.arguments, "index")
        assert (4, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
        assert holder in outcome.err
        assert 0 == command(*stored.arguments, "search", "ferry", "--no-refresh").code
    assert 0 == command(*stored.arguments, "index").code
