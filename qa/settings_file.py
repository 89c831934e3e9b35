"""The nearest ``qa.toml``: where it is, what it says, and whether somebody else may have put it there."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.settings_errors import CONFIG_FILE
from qa.settings_servers import UnusableAddress, index_of, vectors_of

_LONGEST = 100_000
"""Bytes of the file."""
_HINT = "Correct the file or move it away."
_ROOT = 0
_MEANINGS: dict[str, Callable[[str], object]] = {"corpus": Path, "index": index_of, "vectors": vectors_of}
"""What the text of a setting means that is a path or an address."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A ``qa.toml`` that was read."""

    path: Path
    """Its path; links in that of its folder are resolved."""
    values: dict[str, Any]
    """Its settings; paths are absolute, and no address has a password."""
    is_uninvited: bool
    """Whether it is in a folder above, and another user may have written it."""

    @property
    def folder(self) -> Path:
        """The folder it is in."""
        return self.path.parent

    def leads_outside(self, name: str) -> bool:
        """Whether a setting is an address, or a path that leads out of the folder of the file."""
        value = self.resolved(name)
        return not isinstance(value, Path) or not value.is_relative_to(self.folder)

    def resolved(self, name: str) -> Any:
        """Return the value of a setting; of a path, the real one that it leads to."""
        value = self.values[name]
        return real_path(name, value) if isinstance(value, Path) else value


def current_folder() -> Path:
    """Return the current folder.

    Raises:
        UsageError: it was deleted.
    """
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageError("The current folder does not exist any more", "Change to another folder.") from None


def nearest_file(start: Path) -> SettingsFile | None:
    """Read the nearest ``qa.toml``, walking up from ``start``.

    Raises:
        UsageError: it cannot be read, or a path in it cannot be one.
    """
    for folder in (start, *start.parents):
        path = folder / CONFIG_FILE
        if os.path.isfile(path):  # noqa: PTH113  # Path.is_file fails in a folder that may not be entered
            is_uninvited = folder != start and _may_be_anothers(path)
            return SettingsFile(folder.resolve() / CONFIG_FILE, _values(path), is_uninvited)
    return None


def _values(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise UsageError(f"{path} is longer than {_LONGEST:,} bytes", _HINT)
        values = tomllib.loads(content.decode())
    except (ValueError, OSError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}", _HINT) from None
    for name in _MEANINGS.keys() & values.keys():
        if not isinstance(values[name], str):
            raise UsageError(f"{path}: {name} must be text in quotes", _HINT)
        try:
            value = _MEANINGS[name](values[name])
        except UnusableAddress as error:
            raise UsageError(f"{path}: {name} {error.rule}", error.hint) from None
        values[name] = path.parent / _expanded(f"{path}: {name}", value) if isinstance(value, Path) else value
    return values


def real_path(setting: str, path: Path) -> Path:
    """Return a path without ``~`` and links; unlike ``Path.resolve``, also that of a link to itself.

    Raises:
        UsageError: there is no such user, or no file can have this name.
    """
    return Path(os.path.realpath(_expanded(setting, path)))


def _expanded(setting: str, path: Path) -> Path:
    try:
        expanded = path.expanduser()
    except RuntimeError:
        raise UsageError(f"{setting}: there is no user {path.parts[0][1:]!r}", "Correct the path.") from None
    if "\0" in str(expanded):
        raise UsageError(f"{setting}: a path cannot contain the character NUL", "Correct the path.")
    return expanded


def _may_be_anothers(path: Path) -> bool:
    """Whether neither the user nor root owns a file, or everybody may write it; Windows has no such owners."""
    if not hasattr(os, "geteuid"):
        return False
    trusted = {_ROOT, os.geteuid()}
    if os.geteuid() == _ROOT and os.environ.get("SUDO_UID", "").isdecimal():
        trusted.add(int(os.environ["SUDO_UID"]))
    file, link = path.stat(), path.lstat()
    return not {file.st_uid, link.st_uid} <= trusted or bool(file.st_mode & stat.S_IWOTH)
