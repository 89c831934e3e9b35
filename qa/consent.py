"""What a ``qa.toml`` may only say with the user's consent, and where that is remembered.

A file that comes with somebody else's folder must neither read other folders nor send passages anywhere. Consent is to
the path of a file and to these values of it: if one changes, it is asked for again. It is a file in the user's own
settings folder, named after the path.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from qa import private_files
from qa.errors import QAError, UsageError
from qa.settings_file import SettingsFile

_PATHS = ("corpus", "index")


@dataclass(frozen=True, slots=True)
class Request:
    """What a ``qa.toml`` needs consent for."""

    file: Path
    """The file."""
    values: Mapping[str, Any]
    """The settings that need consent, as JSON has them; empty if none does."""

    def __str__(self) -> str:
        """Return the settings in one line; they may contain anything, so sanitize them before printing."""
        return ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in self.values.items())

    @property
    def is_granted(self) -> bool:
        """Whether the user has consented to exactly this."""
        try:
            return _record(self.file).read_text(encoding="utf-8") == self._digest
        except (OSError, ValueError):
            return False

    def grant(self) -> None:
        """Remember that the user consents.

        Raises:
            QAError: it cannot be written.
        """
        record = _record(self.file)
        try:
            private_files.write(record, self._digest.encode())
        except OSError as error:
            raise QAError(f"{record} cannot be written: {error.strerror}", "Set XDG_CONFIG_HOME.") from None

    def revoke(self) -> None:
        """Forget the consent to anything that the file says."""
        with suppress(FileNotFoundError):
            _record(self.file).unlink()

    @property
    def _digest(self) -> str:
        return _sha256(json.dumps([str(self.file), sorted(self.values.items())]))


class ConsentNeeded(UsageError):
    """A ``qa.toml`` says something that the user has not consented to."""

    def __init__(self, request: Request) -> None:
        command = f"qa trust {shlex.quote(str(request.file.parent))}"
        super().__init__(
            f"{request.file} sets {request}, which needs your consent once", f"If you trust it, run: {command}"
        )
        self.request = request
        """What to consent to."""


def request_of(file: SettingsFile, harmless: Mapping[str, Collection[object]]) -> Request:
    """Return what a file needs consent for; for everything, if another user may have put it above the current folder.

    Args:
        file: the file.
        harmless: by name of a setting that needs consent, the values for which it needs none.
    """
    values = {
        name: json.loads(json.dumps(file.resolved(name), default=str))
        for name, value in file.values.items()
        if file.is_uninvited
        or (name in harmless and value not in harmless[name])
        or (name in _PATHS and file.leads_outside(name))
    }
    return Request(file.path, values)


def _record(file: Path) -> Path:
    return user_config_path("qa") / "trusted" / _sha256(str(file))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
