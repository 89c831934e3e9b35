"""A disk that loses its power: what is flushed stays, and of everything else, any part may be missing."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.helpers.system_calls import SystemCall

_BLOCK = 4096
"""Bytes that are written as a whole, or not at all."""
_PART = 0.5
"""The share of what is not flushed that survives, if neither nothing nor all of it does."""
_MAPPED = ".npy"
"""Suffix of files that are written through mapped memory."""


class _Write(NamedTuple):
    start: int
    data: bytes
    """What is written there; the file is cut off there if it is empty."""

    def apply(self, content: bytearray) -> None:
        if not self.data:
            del content[self.start :]
        content.extend(bytes(max(0, self.start - len(content))))
        content[self.start : self.start + len(self.data)] = self.data


@dataclass
class _File:
    flushed: bytes = b""
    pending: list[_Write] = field(default_factory=list)

    def content(self, writes: list[_Write]) -> bytes:
        content = bytearray(self.flushed)
        for write in writes:
            write.apply(content)
        return bytes(content)


@dataclass
class _Folder:
    flushed: dict[str, _File | _Folder] = field(default_factory=dict)
    pending: list[tuple[str, _File | _Folder | None]] = field(default_factory=list)
    """New entries by name, in order; None if one is removed."""

    def entries(self, changes: int | None = None) -> dict[str, _File | _Folder]:
        """Return what is in it after so many of the pending changes, or after all."""
        entries = dict(self.flushed)
        for name, node in self.pending[:changes]:
            if node is None:
                entries.pop(name, None)
            else:
                entries[name] = node
        return entries


class Disk:
    """What a process wrote below the folder ``root``, as it is now, and what of it would survive."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tree = _loaded(root)
        self._positions: dict[int, int] = {}

    def apply(self, call: SystemCall) -> None:
        """Do what a call did.

        Raises:
            NotImplementedError: it is of a kind that is not known.
        """
        name = call.name
        if name in ("openat", "creat"):
            self._positions[call.descriptor] = 0
            self._open(call)
        elif name == "lseek":
            self._positions[call.descriptor] = call.result
        elif name == "write":
            start = self._positions.get(call.descriptor, 0)
            self._positions[call.descriptor] = start + call.result
            self._file(call.path).pending.append(_Write(start, call.data))
        elif name == "pwrite64":
            self._file(call.path).pending.append(_Write(int(call.arguments.split(",")[-1]), call.data))
        elif name == "ftruncate":
            self._truncate(self._file(call.path), int(call.arguments.split(",")[-1]))
        elif name in ("fsync", "fdatasync"):
            self._flush(call.path)
        elif name != "close":
            self._change_folder(call)

    def write(self, target: Path, generator: random.Random) -> None:
        """Write the disk as it may be if the power is cut now: nothing, all or a part of what is not flushed."""
        _write(self._tree, target, generator, generator.choice((0.0, _PART, 1.0)))

    def _folder(self, path: Path) -> _Folder:
        node: _File | _Folder = self._tree
        for name in path.relative_to(self._root).parts:
            assert isinstance(node, _Folder)
            node = node.entries()[name]
        assert isinstance(node, _Folder), path
        return node

    def _node(self, path: Path) -> _File | _Folder:
        return self._folder(path.parent).entries()[path.name]

    def _file(self, path: Path) -> _File:
        node = self._node(path)
        assert isinstance(node, _File), path
        return node

    def _open(self, call: SystemCall) -> None:
        entries = self._folder(call.path.parent).entries()
        if call.path.name not in entries:
            self._folder(call.path.parent).pending.append((call.path.name, _File()))
        elif "O_TRUNC" in call.arguments:
            self._file(call.path).pending.append(_Write(0, b""))

    def _truncate(self, file: _File, size: int) -> None:
        length = len(file.content(file.pending))
        file.pending.append(_Write(size, b"") if size <= length else _Write(length, bytes(size - length)))

    def _flush(self, path: Path) -> None:
        node = self._node(path)
        if isinstance(node, _Folder):
            node.flushed = node.entries()
        elif path.suffix == _MAPPED and path.exists():
            node.flushed = path.read_bytes()  # what is written into mapped memory is no system call
        else:
            node.flushed = node.content(node.pending)
        node.pending = []

    def _change_folder(self, call: SystemCall) -> None:
        changes = self._folder(call.path.parent).pending
        if call.name in ("rename", "renameat", "renameat2"):
            assert call.target is not None
            assert call.target.parent == call.path.parent, "renaming within a folder happens at once"
            changes.append((call.target.name, self._node(call.path)))
            changes.append((call.path.name, None))
        elif call.name in ("unlink", "unlinkat", "rmdir"):
            changes.append((call.path.name, None))
        elif call.name in ("mkdir", "mkdirat"):
            changes.append((call.path.name, _Folder()))
        else:
            raise NotImplementedError(call)


def _loaded(path: Path) -> _File | _Folder:
    if path.is_dir():
        return _Folder({entry.name: _loaded(entry) for entry in path.iterdir()})
    return _File(path.read_bytes())


def _write(node: _File | _Folder, path: Path, generator: random.Random, share: float) -> None:
    """Write a file or folder with about this share of what is not flushed; changes of a folder survive in order."""
    if isinstance(node, _Folder):
        path.mkdir(exist_ok=True)
        count = len(node.pending)
        entries = node.entries(generator.randint(0, count) if share == _PART else int(share * count))
        for name, child in entries.items():
            _write(child, path / name, generator, share)
    else:
        blocks = [block for write in node.pending for block in _blocks(write)]
        path.write_bytes(node.content([block for block in blocks if generator.random() < share]))


def _blocks(write: _Write) -> list[_Write]:
    """Divide what is written where blocks of the disk end."""
    if not write.data:
        return [write]
    end = write.start + len(write.data)
    borders = [write.start, *range((write.start // _BLOCK + 1) * _BLOCK, end, _BLOCK), end]
    return [
        _Write(start, write.data[start - write.start : stop - write.start])
        for start, stop in itertools.pairwise(borders)
    ]
