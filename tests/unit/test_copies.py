"""Conflict copies are recognized by their names, but only beside the original."""

from __future__ import annotations

from datetime import date

import pytest

from qa.corpus.copies import copy_date, copy_of

COPIES = {
    "Syncthing": "well.sync-conflict-20250927-153929-6W2DHTU.md",
    "Syncthing, an old version": "well.sync-conflict-20250927-153929.md",
    "Dropbox": "well (Anna's conflicted copy 2024-01-02).md",
    "Dropbox, numbered": "well (Anna's conflicted copy 2024-01-02 (1)).md",
    "Dropbox, without a date": "well (conflicted copy).md",
    "Dropbox, names that differ in case": "well (Case Conflict).md",
    "Dropbox, selective sync": "well (Selective Sync Conflict 1).md",
    "Nextcloud": "well (conflicted copy 2024-01-02 101112).md",
    "ownCloud": "well_conflict-20240102-101112.md",
    "Obsidian Sync": "well (Conflicted copy laptop 202401021011).md",
    "Google Drive": "Copy of well.md",
    "Finder": "well copy.md",
    "Finder, numbered": "well copy 2.md",
    "Windows": "well - Copy.md",
    "Windows, numbered": "well - Copy (2).md",
    "Windows, long ago": "Copy (2) of well.md",
    "a browser": "well (1).md",
    "a browser, without a space": "well(1).md",
    "OneDrive": "well-DESKTOP-ABC123.md",
    "an editor": "well.bak.md",
    "another editor": "well~.md",
    "a copy of a copy": "Copy of well (Anna's conflicted copy 2024-01-02) (1).md",
}

NO_COPIES = (
    "well 2.md",
    "well (2024).md",
    "well (draft).md",
    "well-2.md",
    "well-known.md",
    "well (a conflicted copyist).md",
    "well (conflicted copy) at night.md",
    "well copying.md",
    "photocopy of well.md",
    "wellcopy.md",
    "a well.md",
    "well.md",
)


@pytest.mark.parametrize("name", COPIES.values(), ids=COPIES)
def test_a_copy_is_recognized_beside_its_original(name: str) -> None:
    """In any folder; the original must be in the same folder and have the same suffix."""
    assert copy_of(name, {"well.md", name}) == "well.md"
    assert copy_of(f"farm/old/{name}", {"farm/old/well.md", "well.md"}) == "farm/old/well.md"
    for elsewhere in ("well.txt", "farm/well.md", "WELL.md", "other.md"):
        assert copy_of(name, {elsewhere, name}) is None


@pytest.mark.parametrize("name", NO_COPIES)
def test_other_names_are_no_copies(name: str) -> None:
    """Also if a file with the beginning of the name is there."""
    assert copy_of(name, {"well.md", name}) is None
    assert copy_date(name) is None


@pytest.mark.parametrize("name", ["Copy of a letter.md", "Chapter (1).md", "The last copy.md", "Notes.orig.md"])
def test_without_its_original_a_file_is_an_article(name: str) -> None:
    """A title may look like the name of a copy."""
    assert copy_of(name, {name, "letter.md", "Chapter (2).md"}) is None


def test_a_copy_of_a_copy_leads_to_the_first_original() -> None:
    """Or to the first that is there."""
    paths = {"well.md", "well (1).md", "Copy of well (1).md"}

    assert copy_of("Copy of well (1).md", paths) == "well.md"
    assert copy_of("Copy of well (1).md", paths - {"well.md"}) == "well (1).md"


def test_brackets_belong_to_the_original() -> None:
    """Only the last ones are those of the copy."""
    paths = {"well (deep).md", "well.md"}

    assert copy_of("well (deep) (Anna's conflicted copy 2024-01-02).md", paths) == "well (deep).md"
    assert copy_of("well (deep).md", paths) is None


def test_a_hostile_name_takes_no_longer_than_others() -> None:
    """Marks of several kinds can be taken off in many orders, which all lead to the same names."""
    name = "Copy of " * 15 + "well" + " copy" * 20 + ".md"

    assert copy_of(name, {"well.md"}) == "well.md"
    assert copy_of(name, {"other.md"}) is None
    assert copy_date(name) is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("well.sync-conflict-20250927-153929-6W2DHTU.md", date(2025, 9, 27)),
        ("well (Anna's conflicted copy 2024-01-02).md", date(2024, 1, 2)),
        ("well (conflicted copy 2024-01-02 101112).md", date(2024, 1, 2)),
        ("well (Conflicted copy iPhone15 202401021011).md", date(2024, 1, 2)),
        ("well_conflict-20240102-101112.md", date(2024, 1, 2)),
        ("2023-05-06 well (Anna's conflicted copy 2024-01-02).md", date(2024, 1, 2)),
        ("notes/2023-05-06/well (Anna's conflicted copy 2024-01-02) (1).md", date(2024, 1, 2)),
        ("2023-05-06 well (1).md", None),
        ("well (conflicted copy).md", None),
        ("well (conflicted copy 2024-31-31).md", None),
        ("Copy of well.md", None),
        ("2023-05-06.md", None),
    ],
)
def test_the_date_of_a_copy_stands_in_its_name(name: str, day: date | None) -> None:
    """A date in the name of the original says nothing about the copy."""
    assert copy_date(name) == day
