"""Files of the user's that are new each time."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def new_file(folder: Path, stem: str, suffix: str) -> Path:
    """Make an empty file that was not there and return its path: nothing is ever overwritten.

    Raises:
        OSError: it can not be made.
    """
    path, number = folder / f"{stem}{suffix}", 1
    while True:
        with suppress(FileExistsError):
            path.touch(exist_ok=False)
            return path
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
