"""What was extracted from files, stored beside the index by the hash of the file: extracting a PDF again takes seconds.

An entry never changes, and says nothing about which file it belongs to: whoever has the file's bytes computes its name.
One that is missing or damaged costs only the time to extract the file again.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from qa import private_files

_SUFFIX = ".gz"
_OURS = re.compile(r"\.?[0-9a-f]{64}-.+")
_LEVEL = 3
"""Of compression: twice as fast as the usual one, and a tenth larger."""


@dataclass(frozen=True, slots=True)
class ExtractStore:
    """A folder of extracts; nothing is written unless the folder above it exists."""

    folder: Path

    def get(self, key: str) -> list[str] | None:
        """Return the extracts of a file as lines of JSON; None if they are not there, or damaged."""
        import gzip  # takes 0.01 s with all that it imports, which a folder of text files never needs

        try:
            return gzip.decompress(private_files.read(self.folder / f"{key}{_SUFFIX}")).decode().splitlines() or None
        except (OSError, EOFError, zlib.error, UnicodeDecodeError):  # gzip.BadGzipFile is an OSError
            return None

    def put(self, key: str, lines: Sequence[str]) -> None:
        """Keep the extracts of a file, if they can be written."""
        if not self.folder.parent.is_dir():
            return
        import gzip

        with suppress(OSError):
            private_files.write(self.folder / f"{key}{_SUFFIX}", gzip.compress("\n".join(lines).encode(), _LEVEL))

    def discard_others(self, known: Callable[[], Collection[str]]) -> None:
        """Remove the extracts of files whose hashes are not ``known``, and what an interrupted run left behind."""
        with suppress(OSError):
            entries = [path for path in self.folder.iterdir() if _OURS.fullmatch(path.name)]
            hashes = known() if entries and not self.folder.is_symlink() else ()
            for path in entries if hashes else ():
                if path.name.partition("-")[0] not in hashes:
                    path.unlink()
