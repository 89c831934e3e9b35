"""``qa index --to``: an index is copied from its folder to servers and back."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import qa
from qa.index import copying
from qa.index.progress import IndexProgress
from qa.models.embedding import Embedder
from tests.helpers.commands import Commands
from tests.helpers.storages import Contents, Servers, StoredIndex, assert_same_contents

pytestmark = pytest.mark.servers


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(capsys)


@pytest.fixture
def to_servers(in_folder: StoredIndex, on_servers: StoredIndex) -> list[str]:
    """The command that copies the index of the folder, which is built and has been updated, to the servers."""
    in_folder.update()
    (in_folder.corpus / "choir.txt").unlink()
    in_folder.write({"mill.txt": "The mill stands beside the ferry.\n"})
    in_folder.update()
    return [
        *in_folder.arguments,
        "index",
        "--to",
        on_servers.options["index"],
        "--vectors",
        on_servers.options["vectors"],
    ]


def without_generation(stored: StoredIndex) -> Contents:
    """Return what questions read of an index, but for its number."""
    contents = stored.contents()
    contents.exact["stats"] = replace(contents.exact["stats"], generation=0)
    return contents


def test_a_copy_and_its_copy_are_the_same(
    in_folder: StoredIndex, on_servers: StoredIndex, to_servers: list[str], command: Commands, tmp_path: Path
) -> None:
    """From the folder to the servers, and from there to another folder; of both, only changes are embedded."""
    expected = in_folder.contents()
    back = replace(on_servers, options={"index": str(tmp_path / "back")})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Embedder, "embed", lambda *_: pytest.fail("a text is embedded"))
        first = command(*to_servers)
        second = command(*on_servers.arguments, "index", "--to", back.options["index"], "--json")

    stats = expected.exact["stats"]
    content = f"{stats.documents} documents, {stats.chunks} chunks copied to {on_servers.storage.name}\n"
    assert (0, content) == first[:2]
    assert 0 == second.code
    assert {"index": back.options["index"], "documents": stats.documents, "chunks": stats.chunks} == second.json
    for copy in (on_servers, back):
        assert_same_contents(copy.contents(), expected)
    manifests = []
    for stored in (in_folder, on_servers, back):
        with closing(stored.open()) as index:
            manifests.append(index.manifest)
    assert ["../articles", str(in_folder.corpus), "../articles"] == [each.corpus for each in manifests]
    assert 1 == len({replace(each, corpus="") for each in manifests})

    in_folder.write({"mill.txt": "The mill has burnt down.\n"})
    (in_folder.corpus / "news/tram.txt").rename(in_folder.corpus / "tram.txt")
    (in_folder.corpus / "lighthouse.txt").unlink()
    reports = [stored.update() for stored in (in_folder, on_servers, back)]
    assert 1 == len({(each.changed, each.renamed, each.removed, each.embedded, each.stats) for each in reports})
    assert 2 == reports[0].embedded  # the article's folder is in its header
    for copy in (on_servers, back):
        assert_same_contents(copy.contents(), in_folder.contents())
    assert 0 == command(*on_servers.arguments, "doctor").code


def test_an_index_is_replaced_only_if_told_to(
    in_folder: StoredIndex, on_servers: StoredIndex, to_servers: list[str], command: Commands
) -> None:
    """Then nothing of the former one stays, and its number is higher, so that those who read it notice."""
    expected = in_folder.contents()
    on_servers.update()
    before = on_servers.contents()
    outcome = command(*to_servers)
    assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert f"There is an index already in {on_servers.storage.name}. Add --rebuild to replace it." in outcome.err
    assert_same_contents(on_servers.contents(), before)

    with on_servers.assistant() as assistant:
        assert assistant.search("mill")
        in_folder.write({"mill.txt": "A windmill.\n", "barn.txt": "The barn is a windmill.\n"})
        in_folder.update()
        assert 0 == command(*to_servers, "--rebuild").code
        assert "barn.txt" in {passage.path for passage in assistant.search("windmill")}
    assert 1 == len(Servers(on_servers).builds) == len(Servers(on_servers).listed)
    assert expected.exact["documents"] != on_servers.contents().exact["documents"]
    assert_same_contents(on_servers.contents(), in_folder.contents())


def test_both_must_be_of_different_kinds(
    in_folder: StoredIndex, on_servers: StoredIndex, to_servers: list[str], command: Commands, tmp_path: Path
) -> None:
    """Folders are copied as any other; no index is copied onto itself."""
    other = str(tmp_path / "other")
    for arguments, message in (
        ([*in_folder.arguments, "index", "--to", other], "Both are folders"),
        ([*in_folder.arguments, "index", "--to", in_folder.options["index"]], "The index is there already"),
        ([*on_servers.arguments, "index", "--to", f"{on_servers.options['index']}x"], "Both are on servers"),
        ([*on_servers.arguments, "index", "--to", on_servers.options["index"]], "The index is there already"),
        (to_servers[:-2], "needs a Chroma server for its vectors"),
        (
            [*to_servers[:-4], "--to", on_servers.options["index"].replace("@", ":hunter2@"), *to_servers[-2:]],
            "password",
        ),
    ):
        outcome = command(*arguments)
        assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n")), arguments
        assert message in outcome.err
        assert "hunter2" not in outcome.err
    assert not Path(other).exists()
    assert on_servers.storage.current() is None


def test_a_source_must_be_there_and_of_this_corpus(
    in_folder: StoredIndex, on_servers: StoredIndex, to_servers: list[str], command: Commands, tmp_path: Path
) -> None:
    """The exit code is 3, and the target stays empty."""
    missing = command(*on_servers.arguments, "index", "--to", str(tmp_path / "back"))
    assert 3 == missing.code
    assert "There is no index in" in missing.err
    assert not (tmp_path / "back" / "CURRENT").exists()

    shutil.copytree(in_folder.corpus, tmp_path / "elsewhere" / "articles")
    moved = [str(tmp_path / "elsewhere" / "articles") if word == str(in_folder.corpus) else word for word in to_servers]
    outcome = command(*moved)
    assert 3 == outcome.code
    assert "another corpus" in outcome.err
    assert on_servers.storage.current() is None


def _interrupt(progress: IndexProgress) -> None:
    if progress.chunks > 3:
        raise KeyboardInterrupt


@pytest.mark.parametrize("is_new", [True, False], ids=["first", "replacing"])
@pytest.mark.parametrize("is_back", [False, True], ids=["to servers", "to a folder"])
def test_an_interrupted_copy_leaves_the_target_as_it_was(
    in_folder: StoredIndex,
    on_servers: StoredIndex,
    to_servers: list[str],
    command: Commands,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    is_new: bool,
    is_back: bool,
) -> None:
    """What it has stored is removed; the next one is whole."""
    source, target, arguments = in_folder, on_servers, to_servers
    if is_back:
        on_servers.update()
        source, target = on_servers, replace(in_folder, options={"index": str(tmp_path / "back")})
        arguments = [*on_servers.arguments, "index", "--to", target.options["index"]]
    servers = Servers(on_servers)
    others = {*servers.collections} - ({*servers.listed} if is_back else set())
    if not is_new:
        target.write({"only here.txt": "Only the target has this.\n"})
        target.update()
        (target.corpus / "only here.txt").unlink()
        arguments = [*arguments, "--rebuild"]
        before = target.contents()
    monkeypatch.setattr(copying, "_CHUNKS_AT_ONCE", 3)

    with pytest.raises(KeyboardInterrupt):
        copying.copy_index(source.storage, target.storage, qa.Assistant(source.settings).corpus, not is_new, _interrupt)

    if is_new:
        assert target.storage.current() is None
    else:
        assert_same_contents(target.contents(), before)
    expected = 1 if is_back or not is_new else 0
    assert (expected, expected) == (len(servers.builds), len(servers.listed))
    assert servers.collections.keys() == servers.listed | others
    assert 0 == command(*arguments).code
    assert_same_contents(without_generation(target), without_generation(source))
