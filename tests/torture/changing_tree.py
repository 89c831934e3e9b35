"""A tree of files of all kinds, which changes at random."""

from __future__ import annotations

import errno
import os
import random
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from qa.corpus.listing import GENERATED_FOLDERS
from tests.helpers.failing_files import Failures

LONGEST = 2_000
"""Bytes of the longest article."""

_SENTENCES = (
    "The harbour was opened in 1887.\n",
    "The harbour was closed in 1953.\n",
    "The ferry costs nine crowns on.\n",
    "The tram stops at Glass Market.\n",
)
"""All of the same length, so that an edit need not change the size."""

_NAMES = (
    *("a.md", "b.txt", "Harbour.TXT", "c.markdown", "d.text", "notes", "notes.md", "e (1).md", "e.md", "picture.png"),
    *("new\nline.md", "tab\tand\x1b[31mred.md", "\u202etxt.md", "ö" * 125 + ".md", ".hidden.md", "q?*:<>|.txt"),
    *(os.fsdecode(b"latin-\xe9.md"), os.fsdecode(b"folder-\xff")),
)
_FOLDERS = ("x", "y", "deep", ".git", "node_modules", "z.md", "sp ace", "new\nline")
_TIMES = (-(10**9) * 86_400 * 365 * 30, -1, 0, 1, 10**18, 10_414_000_000 * 10**9, 2 * 10**9 + 7)
"""Nanoseconds since 1970: in 1940, just before 1970, and in 2300 too."""
_ERRORS = (errno.EIO, errno.EACCES, errno.ESTALE, errno.ETIMEDOUT, errno.EPERM)


def shown(path: str) -> str:
    """Return a path as it is shown, if it is not Unicode."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_left_out(path: str) -> bool:
    """Whether a file is not meant to be read."""
    return any(part.startswith(".") or part in GENERATED_FOLDERS for part in Path(path).parts)


class ChangingTree:
    """A corpus, and a folder outside that links lead to."""

    def __init__(self, root: Path, outside: Path, chance: random.Random, failures: Failures) -> None:
        self.root = root
        """The folder of the corpus."""
        self._outside = outside
        self._chance = chance
        self._failures = failures
        root.mkdir()
        outside.mkdir()
        (outside / "o.md").write_text(_SENTENCES[0])
        for _ in range(chance.randint(1, 12)):
            with suppress(OSError):
                self._create()

    def files(self) -> list[str]:
        """Return the paths of all files and links."""
        return sorted(
            os.path.relpath(Path(folder) / name, self.root)
            for folder, folders, names in os.walk(self.root)
            for name in [*names, *(name for name in folders if (Path(folder) / name).is_symlink())]
        )

    def is_article(self, path: str) -> bool:
        """Whether there is a file with the name of an article, which is neither a link nor a folder."""
        file = self.root / path
        suffixes = (".md", ".txt", ".markdown", ".text")
        is_other = file.is_symlink() or file.is_dir()
        return os.path.lexists(file) and not is_other and path.lower().endswith(suffixes)

    def readable(self) -> list[str]:
        """Return the articles that can be read now."""
        return [
            path
            for path in self.files()
            if self.is_article(path)
            and shown(path) == path
            and not is_left_out(path)
            and not self._failures.hides(self.root / path)
            and _is_text(self.root / path)
        ]

    def any_error(self) -> int:
        """Return the number of an error of the file system."""
        return self._chance.choice(_ERRORS)

    def write_article(self) -> None:
        """Write an article that can be read."""
        (self.root / "always.md").write_text(self._chance.choice(_SENTENCES))

    def change(self) -> str:
        """Change something, and return what."""
        change = self._chance.choice(
            (
                *(
                    self._create,
                    self._create,
                    self._edit,
                    self._edit_file_unseen,
                    self._delete,
                    self._rename,
                    self._replace,
                ),
                *(self._fail, self._fail, self._fail_folder, self._recover, self._retime, self._touch),
            )
        )
        return _tried(change)

    def edit_unseen(self) -> str:
        """Edit a file without changing its size, and set its time back; return which."""
        return _tried(self._edit_file_unseen)

    def _folder(self) -> Path:
        """Return a folder of the tree, which may be new."""
        folder = self.root
        for _ in range(self._chance.choice((0, 0, 1, 1, 2, 3, 60))):
            folder /= self._chance.choice(_FOLDERS)
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        return folder if folder.is_dir() and not folder.is_symlink() else self.root

    def _file(self) -> Path:
        """Return one of the regular files, if there is one."""
        files = [self.root / path for path in self.files()]
        files = [file for file in files if file.is_file() and not file.is_symlink()]
        return self._chance.choice(files) if files else self.root / "none"

    def _create(self) -> str:
        path = self._folder() / self._chance.choice(_NAMES)
        kind = self._chance.choice(("article",) * 8 + ("empty", "binary", "long", "link", "pipe", "socket"))
        if kind in ("link", "pipe", "socket") and os.path.lexists(path):
            path.unlink()
        if kind == "link":
            path.symlink_to(self._target())
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "socket":
            os.mknod(path, stat.S_IFSOCK | 0o600)
        elif not path.is_fifo() and not path.is_socket() and not path.is_symlink():
            contents = {"empty": b"", "binary": b"\x89PNG\r\n\0\0", "long": b"word " * LONGEST}
            path.write_bytes(contents.get(kind, self._chance.choice(_SENTENCES).encode()))
        return f"create {kind} {self._name(path)}"

    def _target(self) -> Path:
        names = [self.root / path for path in self.files()]
        targets = [self.root, self.root / "gone", self.root / "x", self._outside, self._outside / "o.md", Path("a.md")]
        return self._chance.choice([*targets, *names])

    def _edit(self) -> str:
        file = self._file()
        with file.open("r+b") as stream:
            stream.write(self._chance.choice(_SENTENCES).encode() * self._chance.randint(1, 2))
        return f"edit {self._name(file)}"

    def _edit_file_unseen(self) -> str:
        file = self._file()
        status = file.stat()
        file.write_bytes(self._chance.choice(_SENTENCES).encode())
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        return f"edit {self._name(file)} unseen"

    def _delete(self) -> str:
        paths = [self.root / path for path in self.files()]
        folders = [path.parent for path in paths if path.parent != self.root]
        path = self._chance.choice([*paths, *folders, self.root / "none"])
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        return f"delete {self._name(path)}"

    def _rename(self) -> str:
        file, target = self._file(), self._folder() / self._chance.choice(_NAMES)
        file.rename(target)
        return f"rename {self._name(file)} to {self._name(target)}"

    def _replace(self) -> str:
        """Put a folder where a file was."""
        file = self._file()
        file.unlink()
        file.mkdir()
        (file / "inner.md").write_text(self._chance.choice(_SENTENCES))
        return f"replace {self._name(file)} by a folder"

    def _fail(self) -> str:
        file = self._file()
        name, errors = self._chance.choice(
            [
                ("status", self._failures.status),
                ("opening", self._failures.opening),
                ("reading", self._failures.reading),
            ]
        )
        errors[str(file)] = self.any_error()
        return f"{name} {self._name(file)} fails"

    def _fail_folder(self) -> str:
        folders = sorted(Path(folder) for folder, *_ in os.walk(self.root) if Path(folder) != self.root)
        folder = self._chance.choice(folders) if folders else self.root / "none"
        self._failures.listing[str(folder)] = self.any_error()
        return f"listing {self._name(folder)} fails"

    def _recover(self) -> str:
        self._failures.clear()
        return "recover"

    def _retime(self) -> str:
        file, time = self._file(), self._chance.choice(_TIMES)
        with suppress(OverflowError):
            os.utime(file, ns=(time, time))
        return f"set the time of {self._name(file)} to {time}"

    def _touch(self) -> str:
        file = self._file()
        file.touch()
        return f"touch {self._name(file)}"

    def _name(self, path: Path) -> str:
        return repr(os.path.relpath(path, self.root))[:60]


def _tried(change: Callable[[], str]) -> str:
    """Make a change and return which; some fail, as for a name that is too long, or a folder that is there already."""
    try:
        return change()
    except OSError as error:
        return f"nothing ({error.strerror})"


def _is_text(file: Path) -> bool:
    if not file.is_file():
        return False
    data = file.read_bytes()
    return bool(data.strip()) and b"\0" not in data and len(data) <= LONGEST
