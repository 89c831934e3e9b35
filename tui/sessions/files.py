"""Creates files without overwriting any."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def new_file(folder: Path, stem: str, suffix: str, mode: int = 0o666) -> Path:
    """Create an empty file under a name that is not taken, with rights ``mode`` less the umask, and return its path.

    Raises:
        OSError: it cannot be created.
    """
    path, number = folder / f"{stem}{suffix}", 1
    while True:
        with suppress(FileExistsError):
            path.touch(mode, exist_ok=False)
            return path
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
