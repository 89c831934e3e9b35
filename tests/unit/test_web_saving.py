"""The files that ``qa add`` writes: their names, and that no other file is ever touched."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from qa.corpus import Corpus
from qa.corpus.copies import copy_of
from qa.errors import PageError, QAError
from qa.web.clipping import Clip
from qa.web.saving import file_name, require_writable, save


def _clip(title: str, url: str = "https://news.example/a", source: str = "The Post") -> Clip:
    return Clip(url, title, source, "The text.\n")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A bridge opens", "A bridge opens"),
        ("../../etc/passwd", "etc passwd"),
        ("..\\x", "x"),
        (".hidden", "hidden"),
        ("~/.bashrc", "bashrc"),
        ("-rf", "rf"),
        ("C:\\Windows\\x", "C Windows x"),
        ("CON", "CON page"),
        ("nul.txt", "nul.txt page"),
        ("com1", "com1 page"),
        ("Contra", "Contra"),
        ('Why? "So" <b>|*', "Why So b"),
        ("Dots... ", "Dots"),
        ("line\nbreak\ttab\0", "line break tab"),
        ("Zoe\u0308 \u202eevil\u200b", "Zoë evil"),
        ("[[link]] #tag ^block", "link tag block"),
        ("😀 party 🎉", "😀 party 🎉"),
        ("橋が開通", "橋が開通"),
        ("x" * 300, "x" * 100),
        ("橋" * 300, "橋" * 66),
        ("a" * 99 + " b", "a" * 99),
        ("", ""),
        ("///", ""),
        ("...", ""),
        ("\udc80", ""),
    ],
)
def test_names_are_safe_everywhere(title: str, name: str) -> None:
    """On Windows too: no path, no device, nothing hidden or invisible, and not too long."""
    assert name == file_name(title)


def test_an_article_without_a_usable_title_has_its_outlets_name(tmp_path: Path) -> None:
    """And one that has neither a plain one."""
    assert "The Post.md" == save(_clip("???"), tmp_path)
    assert "page.md" == save(_clip("???", source="..."), tmp_path)


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    """Another article of the same title gets another name, which is not that of a conflict copy."""
    names = [save(_clip("Bridge", f"https://news.example/{number}"), tmp_path) for number in range(4)]

    assert ["Bridge.md", "Bridge - The Post.md", "Bridge - The Post 2.md", "Bridge - The Post 3.md"] == names
    assert {*names} == {path.name for path in tmp_path.iterdir()}
    assert [None] * 4 == [copy_of(name, names) for name in names]
    for number, name in enumerate(names):
        assert f"https://news.example/{number}\n" in (tmp_path / name).read_text()


@pytest.mark.parametrize("first", ["Chapter.md", "Chapter (1).md"])
def test_no_article_passes_for_a_copy_of_another(tmp_path: Path, first: str) -> None:
    """Whichever was there first; a copy would never be cited alone."""
    (tmp_path / first).write_text("Mine.")
    second = save(_clip("Chapter (1)" if first == "Chapter.md" else "Chapter"), tmp_path)
    names = [path.name for path in tmp_path.iterdir()]

    assert 2 == len(names)
    assert [None, None] == [copy_of(name, names) for name in names]
    assert "Mine." == (tmp_path / first).read_text()
    assert Corpus(tmp_path).read(second).title.startswith("Chapter")


def test_links_are_not_written_through(tmp_path: Path) -> None:
    """A link of the same name, even one that leads nowhere, is a name that is taken."""
    (tmp_path / "Bridge.md").symlink_to(tmp_path / "elsewhere.md")

    assert "Bridge - The Post.md" == save(_clip("Bridge"), tmp_path)
    assert not (tmp_path / "elsewhere.md").exists()


def test_a_file_has_the_usual_rights(tmp_path: Path) -> None:
    """Those of any file that the user creates, unlike a private one."""
    umask = os.umask(0o022)
    try:
        name = save(_clip("Bridge"), tmp_path)
    finally:
        os.umask(umask)

    assert 0o644 == (tmp_path / name).stat().st_mode & 0o777
    assert 1 == (tmp_path / name).stat().st_nlink


def test_a_file_system_without_links_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on many memory sticks; there, too, nothing is overwritten."""

    def refuse(*_: object) -> NoReturn:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    names = [save(_clip("Bridge"), tmp_path) for _ in range(2)]

    assert ["Bridge.md", "Bridge - The Post.md"] == names
    assert {*names} == {path.name for path in tmp_path.iterdir()}
    assert all("The text.\n" in (tmp_path / name).read_text() for name in names)


@pytest.mark.parametrize("call", ["fsync", "link", "replace"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Neither half a file nor a temporary or an empty one; one line says why."""

    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    if call == "fsync":
        monkeypatch.setattr("os.fsync", full)
    else:
        monkeypatch.setattr(Path, "hardlink_to", full)
        monkeypatch.setattr(Path, "replace", full) if call == "replace" else monkeypatch.setattr(Path, "open", full)
    with pytest.raises(PageError, match=r"cannot be written to .*: No space left on device"):
        save(_clip("Bridge"), tmp_path)
    monkeypatch.undo()

    assert [] == [*tmp_path.iterdir()]


def test_a_read_only_corpus_is_noticed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is fetched; the administrator can write everywhere, so the system's answer is made up."""
    require_writable(tmp_path)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(QAError, match="is read-only"):
        require_writable(tmp_path)
