"""Lists the files of a corpus: which are articles, which are skipped, and what is left out.

This runs before every question: folders are listed once, and only links cost a further system call.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from os.path import splitext
from pathlib import Path, PurePath
from stat import S_ISDIR, S_ISREG

from qa.corpus.file_states import FileState
from qa.corpus.formats import format_of
from qa.corpus.left_out import LeftOut
from qa.corpus.loaders import TEXT_SUFFIXES, is_text
from qa.corpus.reading import reason_of
from qa.datatypes import Skipped

GENERATED_FOLDERS = frozenset({"node_modules", "__pycache__"})
"""Names of folders whose content programs write."""

FolderIdentity = tuple[int, int]
"""Device and number of a folder, which stay the same if it is moved away and back."""

_LONGEST_SUFFIX = 10
"""A name that continues longer after its last dot, as in "Mr. Smith went home", has no suffix."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a corpus at a moment."""

    files: dict[str, FileState]
    """The articles by path relative to the corpus, sorted."""
    skipped: tuple[Skipped, ...]
    """Links that are not followed and what cannot be accessed, with the reasons, by path."""
    left_out: LeftOut
    """What is not meant to be read."""
    unlisted: frozenset[str]
    """Paths of files and folders that could not be accessed."""
    folder: FolderIdentity
    """Which folder was listed."""

    def unlisted_above(self, path: str) -> str | None:
        """Return what could not be accessed at or above ``path``, so that an article may still be there; else None."""
        while path and path not in self.unlisted:
            path = path.rpartition("/")[0]
        return path or None


def identity_of(root: str) -> FolderIdentity:
    """Return which folder is at ``root``; another one if a drive was mounted there or unmounted.

    Raises:
        OSError: there is none.
    """
    status = Path(root).stat()
    return status.st_dev, status.st_ino


def list_corpus(root: str, follow_links: bool) -> Listing:
    """List the corpus in the folder ``root``; each file once, however many links lead to it.

    Links to files and folders inside the corpus are followed, those to the outside only if ``follow_links``.

    Raises:
        OSError: the root cannot be listed, or is not there any more at the end.
    """
    folder = identity_of(root)
    scan = _Scan(root, follow_links)
    scan.run()
    if identity_of(root) != folder:
        raise FileNotFoundError(errno.ENOENT, "replaced by another folder while it was listed", root)
    skipped = tuple(scan.skipped[path] for path in sorted(scan.skipped))
    files = {path: scan.files[path] for path in sorted(scan.files)}
    return Listing(files, skipped, scan.left_out, frozenset(scan.unlisted), folder)


def is_below(real: str, root: str) -> bool:
    """Whether the real path ``real`` is below the real path ``root``."""
    return real.startswith(root.rstrip(os.sep) + os.sep)


def leads_through_folders(path: str) -> bool:
    """Whether ``path`` descends from the corpus by names that are listed, so that only a link can lead out of it."""
    pure = PurePath(path)
    return bool(pure.parts) and not pure.anchor and not any(_is_left_out(name) for name in pure.parts)


class _Scan:
    """A single listing. Links come last, so that an article is listed at its own path and not at that of a link."""

    def __init__(self, root: str, follow_links: bool) -> None:
        self.files: dict[str, FileState] = {}
        self.skipped: dict[str, Skipped] = {}
        self.left_out = LeftOut()
        self.unlisted: set[str] = set()
        self._root = os.path.realpath(root)
        self._follow_links = follow_links
        self._links: list[tuple[str, str]] = []
        self._seen: set[str] = set()

    def run(self) -> None:
        """List everything below the root, then what links lead to, and so on."""
        self._list(self._root, "")
        while self._links:
            links, self._links = sorted(self._links), []
            for path, link in links:
                self._follow(path, link)

    def _list(self, folder: str, prefix: str) -> None:
        """List what is below ``folder``, a real path; paths in the corpus begin with ``prefix``."""
        pending = [(folder, prefix)]
        while pending:
            folder, prefix = pending.pop()
            self._seen.add(folder)
            for entry in self._entries(folder, prefix):
                name = entry.name
                path = prefix + name
                try:
                    # Nearly all entries are articles, and listing them precedes every question: no call without need.
                    if name.lower().endswith(TEXT_SUFFIXES) and name[0] != "." and entry.is_file(follow_symlinks=False):
                        if entry.path not in self._seen:
                            self._add(path, entry.path, entry.stat(follow_symlinks=False))
                    elif self._is_wanted_folder(entry, path):
                        pending.append((entry.path, f"{path}/"))
                except OSError as error:
                    self._skip_error(path, error)

    def _entries(self, folder: str, prefix: str) -> list[os.DirEntry[str]]:
        """Return what is in a folder and has a name that can be stored and shown."""
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            if not prefix:
                raise
            self._skip_error(prefix.removesuffix("/"), error)
            return []
        if _is_unicode("".join([entry.name for entry in entries])):
            return entries
        for entry in entries:
            if not _is_unicode(entry.name):
                self._skip_name(entry, prefix)
        return [entry for entry in entries if _is_unicode(entry.name)]

    def _is_wanted_folder(self, entry: os.DirEntry[str], path: str) -> bool:
        """Return True for a folder to list; note a link, and count what is left out."""
        if _is_left_out(entry.name):
            self._leave_out(entry)
        elif entry.is_dir(follow_symlinks=False):
            return entry.path not in self._seen
        elif entry.is_symlink():
            self._links.append((path, entry.path))
        elif not entry.is_file(follow_symlinks=False):
            self._skip_special(path)
        elif not is_article(path):
            self._count_type(path)
        elif entry.path not in self._seen:
            self._add(path, entry.path, entry.stat(follow_symlinks=False))
        return False

    def _follow(self, path: str, link: str) -> None:
        try:
            status = Path(link).stat()
        except OSError as error:
            if is_article(path) or not _suffix(path):
                self._skip_link(path, link, error)
            else:
                self._count_type(path)
            return
        real, is_folder = os.path.realpath(link), S_ISDIR(status.st_mode)
        if not is_folder and not S_ISREG(status.st_mode):
            self._skip_special(path)
        elif not is_folder and not is_article(path):
            self._count_type(path)
        elif real in self._seen:
            self.left_out.duplicate_links += 1
        elif not self._follow_links and not is_below(real, self._root):
            kind = "folder" if is_folder else "file"
            reason = f"link to a {kind} outside the corpus; to read it, set follow_links"
            self.skipped[path] = Skipped(path, reason)
        elif is_folder:
            self._list(real, f"{path}/")
        else:
            self._add(path, real, status)

    def _add(self, path: str, real: str, status: os.stat_result) -> None:
        self._seen.add(real)
        self.files[path] = FileState.of(status)

    def _leave_out(self, entry: os.DirEntry[str]) -> None:
        is_folder = entry.is_dir(follow_symlinks=False)
        if not entry.name.startswith("."):
            _increment(self.left_out.generated_folders, entry.name)
        elif is_folder:
            self.left_out.hidden_folders += 1
        else:
            self.left_out.hidden_files += 1

    def _count_type(self, path: str) -> None:
        """Count a file that is not read, by what it lacks if another installation could read it."""
        suffix = _suffix(path)
        file_format = format_of(path)
        if file_format is None:
            _increment(self.left_out.other_types, suffix)
        else:
            _increment(self.left_out.missing.setdefault(file_format.missing(), {}), suffix)

    def _skip_special(self, path: str) -> None:
        """Note a named pipe, socket or device that has the name of an article."""
        if is_article(path):
            self.skipped[path] = Skipped(path, "not a regular file")
        else:
            self._count_type(path)

    def _skip_name(self, entry: os.DirEntry[str], prefix: str) -> None:
        """Note an article or a folder whose name can be neither stored nor shown."""
        if _is_left_out(entry.name):
            self._leave_out(entry)
        elif is_article(entry.name) or entry.is_dir():
            path = prefix + os.fsencode(entry.name).decode("utf-8", "backslashreplace")
            self.skipped[path] = Skipped(path, "its name is not Unicode: rename it")
        else:
            self._count_type(entry.name)

    def _skip_link(self, path: str, link: str, error: OSError) -> None:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            self._skip_error(path, error)
            return
        identity_of(self._root)  # if the whole corpus has vanished, its links are not the problem
        self.skipped[path] = Skipped(path, "broken link")
        # What is not in the corpus any more was removed, but a drive elsewhere may come back.
        is_followed = self._follow_links and isinstance(error, FileNotFoundError)
        if is_followed and not is_below(os.path.realpath(link), self._root):
            self.unlisted.add(path)

    def _skip_error(self, path: str, error: OSError) -> None:
        """Note what cannot be accessed; if it was only just removed, the next listing will tell."""
        self.unlisted.add(path)
        if not isinstance(error, FileNotFoundError):
            self.skipped[path] = Skipped(path, reason_of(error))


def is_article(path: str) -> bool:
    """Whether a file of this name is read as an article; not if what its format needs is missing."""
    if is_text(path):
        return True
    file_format = format_of(path)
    return file_format is not None and not file_format.missing()


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name in GENERATED_FOLDERS


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _increment(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _suffix(path: str) -> str:
    """Return the suffix in lower case, or an empty text if what follows the last dot is no suffix."""
    suffix = splitext(path)[1].lower()
    return suffix if len(suffix) <= _LONGEST_SUFFIX and suffix[1:].isalnum() else ""
