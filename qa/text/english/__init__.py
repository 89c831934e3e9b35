"""English as data: a text file for each word list; ``patterns.py`` contains the shared regular expressions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path


@cache
def word_list(name: str) -> tuple[str, ...]:
    """Return the words of ``name.txt`` in this folder, in order; lines that begin with ``#`` are comments."""
    lines = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def word_set(name: str) -> frozenset[str]:
    """Return the words of ``name.txt`` in this folder."""
    return frozenset(word_list(name))


@cache
def word_groups(name: str) -> tuple[frozenset[str], ...]:
    """Return the words of each line of ``name.txt`` in this folder."""
    lines = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(frozenset(line.split()) for line in lines if not line.startswith("#"))


@cache
def line_list(name: str) -> tuple[str, ...]:
    """Return the lines of ``name.txt`` in this folder, in order, without comments."""
    lines = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def written_out(day: date) -> str:
    """Return a day as people write it: 7 January 2026."""
    return f"{day.day} {day:%B %Y}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, which takes an s in the plural."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def also_in(files: int) -> str:
    """Return what follows a source if so many near-identical files contain the quote as well; empty if none."""
    return f" · also in {counted(files, 'file')}" if files else ""


def enumerated(items: Sequence[str], conjunction: str = "and") -> str:
    """Return the items, at least one, with commas and a conjunction before the last: "a, b and c"."""
    *before, last = items
    return f"{', '.join(before)} {conjunction} {last}" if before else last


def uncapitalized(text: str) -> str:
    """Return ``text`` with a small first letter, and the others as they are."""
    return text[:1].lower() + text[1:]


def capitalized(text: str) -> str:
    """Return ``text`` with a capital first letter, and the others as they are."""
    return text[:1].upper() + text[1:]
