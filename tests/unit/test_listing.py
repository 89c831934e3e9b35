"""Folders as they are: links, hidden and generated folders, files of other types."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from qa.corpus import Corpus, LeftOut, UnreadableFile
from qa.errors import CorpusError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="creating links needs a privilege on Windows")

FOLDER_OUTSIDE = "link to a folder outside the corpus; to read it, set follow_links"
FILE_OUTSIDE = "link to a file outside the corpus; to read it, set follow_links"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus with an article, beside a folder with two more."""
    write(tmp_path / "vault" / "archive", "well.md", "The well is 40 metres deep.")
    write(tmp_path / "vault" / "archive", "deep/mill.md")
    return write(tmp_path / "articles", "a.md").parent


def write(folder: Path, path: str, text: str = "Some words.") -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def listed(root: Path, follow_links: bool = False) -> list[str]:
    return [*Corpus(root, follow_links=follow_links).files()]


def reasons(root: Path, follow_links: bool = False) -> dict[str, str]:
    return {file.path: file.reason for file in Corpus(root, follow_links=follow_links).scan().skipped}


# Links inside the corpus


def test_each_file_is_listed_once(root: Path) -> None:
    """At its own path, not at those of links to it or to its folder, which are counted."""
    write(root, "z/b.md")
    (root / "link.md").symlink_to("a.md")
    (root / "again").symlink_to("z")
    (root / "z" / "up").symlink_to("..")
    (root / "z" / "self").symlink_to(".")

    listing = Corpus(root).scan()

    assert ["a.md", "z/b.md"] == [*listing.files]
    assert ((), 4) == (listing.skipped, listing.left_out.duplicate_links)
    assert "Some words." == Corpus(root).text("link.md")


def test_a_link_may_lead_to_what_is_not_listed_otherwise(root: Path) -> None:
    """Some programs store all content in a hidden folder; two links to the same content count once."""
    write(root, ".store/3f9a")
    write(root, ".notes/n.md")
    (root / "b.md").symlink_to(".store/3f9a")
    (root / "c.md").symlink_to(".store/3f9a")
    (root / "notes").symlink_to(".notes")

    corpus = Corpus(root)

    assert ["a.md", "b.md", "notes/n.md"] == [*corpus.files()]
    assert 1 == corpus.scan().left_out.duplicate_links
    assert corpus.files()["b.md"].size == corpus.read("b.md").size == len("Some words.")


def test_links_that_lead_nowhere_are_named(root: Path) -> None:
    """A link to itself is broken too; one that could not be an article is counted by its type."""
    (root / "gone.md").symlink_to("missing.md")
    (root / "gone").symlink_to("missing")
    (root / "loop.md").symlink_to("loop.md")
    (root / "gone.png").symlink_to("missing.png")

    listing = Corpus(root).scan()

    assert ["a.md"] == [*listing.files]
    assert dict.fromkeys(["gone", "gone.md", "loop.md"], "broken link") == reasons(root)
    assert {".png": 1} == listing.left_out.other_types


# Links to the outside


def test_a_link_to_the_outside_is_named_and_not_followed(root: Path, tmp_path: Path) -> None:
    """Neither are links to a folder with the same beginning, and to the folder that contains the corpus."""
    write(tmp_path / "articles2", "b.md")
    (root / "archive").symlink_to(tmp_path / "vault" / "archive")
    (root / "b").symlink_to("../articles2")
    (root / "up").symlink_to("..")
    (root / "well.md").symlink_to(tmp_path / "vault" / "archive" / "well.md")
    (root / "picture.png").symlink_to(write(tmp_path, "picture.png"))

    assert ["a.md"] == listed(root)
    expected = {"archive": FOLDER_OUTSIDE, "b": FOLDER_OUTSIDE, "up": FOLDER_OUTSIDE, "well.md": FILE_OUTSIDE}
    assert expected == reasons(root)
    for path in ("archive/well.md", "b/b.md", "up/articles2/b.md", "well.md"):
        with pytest.raises(UnreadableFile, match="outside the corpus"):
            Corpus(root).read(path)


def test_a_link_to_the_outside_is_followed_if_allowed(root: Path, tmp_path: Path) -> None:
    """Its files are articles at the paths through the link, and are read there."""
    (root / "archive").symlink_to(tmp_path / "vault" / "archive")
    (root / "other.md").symlink_to(write(tmp_path, "elsewhere/x.md"))
    (tmp_path / "vault" / "archive" / "x").symlink_to(tmp_path / "elsewhere")
    corpus = Corpus(root, follow_links=True)

    assert ["a.md", "archive/deep/mill.md", "archive/well.md", "other.md"] == [*corpus.files()]
    assert {} == reasons(root, follow_links=True)
    assert "The well is 40 metres deep." == corpus.text("archive/well.md") == corpus.read("archive/well.md").text
    for path, state in corpus.files().items():
        assert state[:2] == (corpus.read(path).size, corpus.read(path).mtime_ns)


def test_links_to_the_outside_never_hang(root: Path, tmp_path: Path) -> None:
    """A link to the folder around the corpus lists what is beside the corpus, and every file once."""
    (root / "up").symlink_to(tmp_path)
    (root / "up2").symlink_to(tmp_path)
    (root / "well").symlink_to(tmp_path / "vault" / "archive")
    (tmp_path / "vault" / "back").symlink_to(root)

    assert ["a.md", "up/vault/archive/deep/mill.md", "up/vault/archive/well.md"] == listed(root, follow_links=True)


@pytest.mark.parametrize(
    "path",
    [
        "../secret.md",
        "archive/../../secret.md",
        "archive/../secret.md",
        "archive/.hidden/h.md",
        ".link/well.md",
        "node_modules/well.md",
        "",
        ".",
        "..",
        "a\0.md",
    ],
)
def test_only_links_lead_out_of_the_corpus(root: Path, tmp_path: Path, path: str) -> None:
    """Dots, and links that are not listed, do not, even if links may be followed."""
    write(tmp_path, "secret.md")
    write(tmp_path / "vault", "secret.md")
    write(tmp_path / "vault" / "archive", ".hidden/h.md")
    for link in ("archive", ".link", "node_modules"):
        (root / link).symlink_to(tmp_path / "vault" / "archive")

    assert path not in listed(root, follow_links=True)
    with pytest.raises(UnreadableFile, match="outside the corpus"):
        Corpus(root, follow_links=True).read(path)


def test_an_absolute_path_does_not_lead_out_of_the_corpus(root: Path, tmp_path: Path) -> None:
    """Even if links may be followed."""
    secret = write(tmp_path, "secret.md")

    with pytest.raises(UnreadableFile, match="outside the corpus"):
        Corpus(root, follow_links=True).read(str(secret))


def test_a_corpus_of_links_says_why_it_is_empty(root: Path, tmp_path: Path) -> None:
    """The error names the link and the setting."""
    (root / "a.md").unlink()
    (root / "archive").symlink_to(tmp_path / "vault" / "archive")

    with pytest.raises(CorpusError) as caught:
        Corpus(root).require_files()

    assert f"(archive: {FOLDER_OUTSIDE})" in caught.value.message


# What is left out


def test_hidden_and_generated_folders_are_left_out_and_counted(root: Path) -> None:
    """Their content is not."""
    for path in (".git/b.md", ".obsidian/x/c.md", ".d.md", "node_modules/e.md", "x/node_modules/f.md"):
        write(root, path)
    (root / "__pycache__").mkdir()
    (root / ".link").symlink_to("a.md")

    listing = Corpus(root).scan()

    assert ["a.md"] == [*listing.files]
    generated = {"node_modules": 2, "__pycache__": 1}
    assert LeftOut(hidden_folders=2, hidden_files=2, generated_folders=generated) == listing.left_out


def test_files_of_other_types_are_counted_by_suffix(root: Path) -> None:
    """What follows a dot in a sentence is no suffix."""
    for path in ("a.png", "x/b.PNG", "c.xyz", "README", "Mr. Smith went home"):
        write(root, path)

    assert {".png": 2, ".xyz": 1, "": 2} == Corpus(root).scan().left_out.other_types


def test_nothing_is_left_out_of_a_folder_of_articles(root: Path) -> None:
    """All counts are zero."""
    assert LeftOut() == Corpus(root).scan().left_out


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_names_that_are_not_unicode_are_listed(root: Path) -> None:
    """Articles and folders, with the reason; other files are counted."""
    folder = os.fsencode(root)
    for name in (b"\xff.md", b"\xff.png", b".\xff.md"):
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"x")
    Path(os.fsdecode(folder + b"/\xfe")).mkdir()

    listing = Corpus(root).scan()

    assert ["a.md"] == [*listing.files]
    assert {"\\xfe", "\\xff.md"} == {file.path for file in listing.skipped} == set(reasons(root))
    assert ({".png": 1}, 1) == (listing.left_out.other_types, listing.left_out.hidden_files)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), {"closed": "permission denied"}),
        (OSError(errno.EIO, "Input/output error"), {"closed": "Input/output error"}),
        (FileNotFoundError(errno.ENOENT, "No such file"), {}),
    ],
    ids=["forbidden", "broken disk", "just removed"],
)
def test_a_folder_that_cannot_be_listed_is_named(
    root: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, expected: dict[str, str]
) -> None:
    """The other articles are listed; a folder that has just been removed is not there."""
    write(root, "closed/b.md")
    scandir = os.scandir

    def refuse(folder: str) -> object:
        if folder.endswith("closed"):
            raise error
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)

    assert ["a.md"] == listed(root)
    assert expected == reasons(root)
