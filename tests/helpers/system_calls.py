"""System calls that change files, as ``strace`` records them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_NAMES = (
    "openat creat write writev pwrite64 pwritev pwritev2 fsync fdatasync rename renameat renameat2 unlink unlinkat"
    " ftruncate truncate mkdir mkdirat rmdir lseek close fallocate copy_file_range sendfile link linkat symlink"
).split()
STRACE = ("strace", "-f", "-y", "-xx", "-s", "100000000", "-e", f"trace={','.join(_NAMES)}")
"""The command that records what the command after it does; its option ``-o`` names the file."""
_LINE = re.compile(r"(\d+) +(?:<\.\.\. \w+ resumed>)?(.*)")
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+)(?:<([^>]*)>)?")
_FOLDER = re.compile(r"AT_FDCWD(?:<[^>]*>)?, ")
_DESCRIPTOR = re.compile(r"(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_UNFINISHED = " <unfinished ...>"


class SystemCall(NamedTuple):
    """A call that succeeded."""

    name: str
    result: int
    path: Path
    """The file or folder that it is about."""
    target: Path | None
    """The new name, if it is renamed."""
    descriptor: int
    """The number of the open file; -1 if it has none."""
    data: bytes
    """What is written."""
    arguments: str
    """What follows the paths."""

    def is_below(self, folder: Path) -> bool:
        """Whether it is about something in a folder, or the folder itself."""
        return self.path.is_relative_to(folder)

    def __str__(self) -> str:
        return f"{self.name} of {self.path.name}"


def calls_in(record: Path) -> Iterator[SystemCall]:
    """Yield the calls that succeeded, in the order in which they ended."""
    begun: dict[str, str] = {}
    with record.open(encoding="ascii") as lines:
        for line in lines:
            match = _LINE.match(line)
            assert match is not None, line[:200]
            thread, text = match.groups()
            if text.endswith(_UNFINISHED):
                begun[thread] = text.removesuffix(_UNFINISHED)
                continue
            if call := _CALL.match(begun.pop(thread, "") + text):
                name, arguments, result, opened = call.groups()
                if int(result) >= 0:
                    yield _parsed(name, _FOLDER.sub("", arguments), int(result), opened)


def _parsed(name: str, arguments: str, result: int, opened: str | None) -> SystemCall:
    texts = [_decoded(text) for text in _TEXT.findall(arguments)]
    descriptor = _DESCRIPTOR.match(arguments)
    rest = _TEXT.sub("", _DESCRIPTOR.sub("", arguments))
    if descriptor is not None and not name.endswith("at"):
        path = Path(_decoded(descriptor[2]).decode())
        return SystemCall(name, result, path, None, int(descriptor[1]), texts[0] if texts else b"", rest)
    paths = [Path(text.decode()) for text in texts]
    if descriptor is not None:  # a name in an open folder
        paths = [Path(_decoded(descriptor[2]).decode()) / path for path in paths]
    target = paths[1] if len(paths) > 1 else None
    return SystemCall(name, result, paths[0], target, result if opened is not None else -1, b"", rest)


def _decoded(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
