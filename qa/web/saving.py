"""Writes a clip into the corpus: a new file, in one step, whose name comes from the title."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from secrets import token_hex

from qa.corpus.copies import copy_of
from qa.errors import PageError, QAError
from qa.text.sanitizing import single_line
from qa.web.clipping import Clip

_LONGEST_NAME = 100
"""Characters of a name, without its suffix; every file system takes them, with a number and the suffix."""
_LONGEST_BYTES = 200
_NOT_IN_NAMES = re.compile(r"[<>:\"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff#^\[\]]+")
"""What Windows, a path or a link of Obsidian cannot contain, and what nobody sees."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""Names of devices on Windows, also with any suffix."""
_MOST_NAMES = 1_000
_ONE_LINE = 100_000
"""Characters of a line of YAML, so many that no value is wrapped."""


def save(clip: Clip, corpus: Path) -> str:
    """Write a clip into a folder and return the name of its file, which did not exist before.

    Raises:
        PageError: it cannot be written.
    """
    content = f"{front_matter_of(clip)}\n{clip.text}".encode()
    temporary = corpus / f".qa-add-{token_hex(8)}"
    try:
        _write(temporary, content)
        try:
            taken = [file.name for file in corpus.iterdir()]
            for name in _names(clip):
                if not _is_like_a_copy(name, taken) and _publish(temporary, corpus / name):
                    return name
        finally:
            with suppress(OSError):
                temporary.unlink()
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        problem = f"The file cannot be written to {corpus}: {error.strerror or error}"
        raise PageError(problem, "Free some space, or change its permissions.") from None
    raise PageError(f"There are {_MOST_NAMES:,} files of this name already", "Rename some of them.")


def require_writable(corpus: Path) -> None:
    """Check that files can be written to a folder, before anything is fetched.

    Raises:
        QAError: they cannot.
    """
    if not os.access(corpus, os.W_OK | os.X_OK):
        raise QAError(f"The corpus {corpus} is read-only", "Change its permissions, or choose another: --corpus DIR.")


def front_matter_of(clip: Clip) -> str:
    """Return the YAML front matter of a clip, as Obsidian's Web Clipper writes it; each value is on one line."""
    import yaml

    stated = {
        "title": clip.title,
        "source": clip.source,
        "url": clip.url,
        "author": [*clip.authors] if len(clip.authors) > 1 else "".join(clip.authors),
        "published": _day(clip.published),
        "description": clip.description,
        "tags": [*clip.tags],
    }
    fields = {name: value for name, value in stated.items() if value}
    return f"---\n{yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=_ONE_LINE)}---\n"


def file_name(title: str) -> str:
    """Return a name without suffix for an article with this title: safe on every system, and never hidden or empty."""
    name = " ".join(_NOT_IN_NAMES.sub(" ", single_line(unicodedata.normalize("NFC", title))).split())
    name = name.strip(" .~-")[:_LONGEST_NAME]
    name = name.encode()[:_LONGEST_BYTES].decode(errors="ignore").rstrip(" .~-")
    return f"{name} page" if _RESERVED.match(name) else name


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _names(clip: Clip) -> Iterator[str]:
    """Yield names of files until one is free: "Title", "Title - outlet", "Title - outlet 2" …, as none marks a copy."""
    suffix = ".md" if clip.is_markdown else ".txt"
    name = file_name(clip.title) or file_name(clip.source) or "page"
    yield f"{name}{suffix}"
    longer = f"{name} - {file_name(clip.source)[:30].rstrip(' .')}"
    yield f"{longer}{suffix}"
    for number in range(2, _MOST_NAMES):
        yield f"{longer} {number}{suffix}"


def _is_like_a_copy(name: str, taken: Sequence[str]) -> bool:
    """Whether one of a new file and those beside it would pass for a conflict copy of the other, by their names."""
    stem = os.path.splitext(name)[0]
    return copy_of(name, taken) is not None or any(copy_of(other, (name,)) for other in taken if stem in other)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _publish(temporary: Path, path: Path) -> bool:
    """Give a finished file its name, in one step, unless there is a file of that name; return whether it has it now.

    Raises:
        OSError: it cannot be renamed.
    """
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return False
    except OSError:  # a file system without links: the name is taken first, by an empty file
        try:
            path.open("xb").close()
        except FileExistsError:
            return False
        try:
            temporary.replace(path)
        except OSError:
            path.unlink()
            raise
    return True
