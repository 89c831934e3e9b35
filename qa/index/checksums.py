"""Checksums of the files of a segment, which are never written again: what was changed is not read.

``SEGMENT`` lists them in the format of ``sha256sum``, and the catalog has the hash of ``SEGMENT``. Of Chroma's
database, which Chroma writes to when it opens it, the rows are hashed, except those of its lock. Chroma's graph is on
disk only from a thousand vectors on; before, its files contain whatever was in memory, and Chroma does not read them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from qa.errors import IndexDamaged
from qa.index.connections import damage_reported, require_database
from qa.index.files import require_file, require_folder
from qa.index.manifest import REBUILD
from qa.models.inference import file_sha256

LIST = "SEGMENT"
"""The file that has the checksums; it also marks a folder created by qa."""
CHROMA = "chroma"
"""The folder of Chroma's files in a segment."""
DATABASE = f"{CHROMA}/chroma.sqlite3"
"""Chroma's database."""
_LONGEST_LIST = 1 << 20
"""Bytes that are read of the list; it has about a thousand."""
_JOURNAL = f"{DATABASE}-journal"
"""Is there while Chroma writes."""
QUANTIZED = "quantized"
"""The folder of the compressed vectors in a segment."""
GRAPH = "index_metadata.pickle"
"""Is there if Chroma's graph is on disk; reading a damaged one could end the process."""
_UNREAD = "-"
"""Instead of the checksum of a file of a graph that is not on disk."""
_NOT_COVERED = frozenset({"acquire_write", "maintenance_log"})
"""Tables that Chroma writes to when it opens its database."""
_SCHEMA = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"

Checksums = Mapping[str, str]
"""SHA-256 by path in the folder of a segment, hexadecimal."""


def write_checksums(segment: Path) -> str:
    """Hash the files of a segment, list them in it, and return the hash of the list."""
    hashes = {name: _sha256(segment, name) for name in _listed(segment)}
    content = "".join(f"{sha256}  {name}\n" for name, sha256 in hashes.items())
    (segment / LIST).write_text(content, encoding="ascii")
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def read_checksums(segment: Path, sha256: str) -> Checksums:
    """Return the checksums of the files of a segment, if the list of them has this hash.

    Raises:
        IndexDamaged: there is no such list.
    """
    path = segment / LIST
    for folder in (segment.parent, segment):
        require_folder(folder)
    require_file(path)
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST_LIST)
    except OSError as error:
        raise IndexDamaged(f"{path} cannot be read: {error.strerror}", REBUILD) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise IndexDamaged(f"{path} was changed", REBUILD)
    pairs = (line.split("  ", 1) for line in content.decode("ascii").splitlines())
    return {name: checksum for checksum, name in pairs}


def require_chroma(segment: Path, checksums: Checksums) -> None:
    """Check that Chroma's files are those that it wrote: its native code may read beyond the end of a damaged one.

    Raises:
        IndexDamaged: they are not.
    """
    expected = [name for name in checksums if name.startswith(CHROMA)]
    if [name for name in _listed(segment) if name.startswith(CHROMA)] != expected:
        raise IndexDamaged(f"{segment / CHROMA} does not have the files that were written", REBUILD)
    require_unchanged(segment, checksums, expected)


def require_unchanged(segment: Path, checksums: Checksums, names: Iterable[str]) -> None:
    """Check that files of a segment are those that were written.

    Raises:
        IndexDamaged: they are not.
    """
    for name in names:
        try:
            if _sha256(segment, name) == checksums.get(name):
                continue
        except OSError as error:
            raise IndexDamaged(f"{segment / name} cannot be read: {error.strerror}", REBUILD) from None
        raise IndexDamaged(f"{segment / name} was changed", REBUILD)


def _listed(segment: Path) -> list[str]:
    """Return what is in the folders of a segment, in order: anything that is no folder."""
    paths = [path for folder in (QUANTIZED, CHROMA) for path in (segment / folder).rglob("*")]
    paths = [path for path in paths if path.is_symlink() or not path.is_dir()]
    return sorted(path.relative_to(segment).as_posix() for path in paths if path != segment / _JOURNAL)


def _sha256(segment: Path, name: str) -> str:
    path = segment / name
    for folder in [path.parent, *path.parent.parents]:
        if folder == segment:
            break
        require_folder(folder)
    if name == DATABASE:
        return _sha256_of_rows(path)
    require_file(path)
    if path.parent.parent == segment / CHROMA and not (path.parent / GRAPH).exists():
        return _UNREAD
    return file_sha256(path)


def _sha256_of_rows(path: Path) -> str:
    """Return the SHA-256 of the rows of a database that are covered, after checking that its pages are in order."""
    require_database(path)
    digest = hashlib.sha256()
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with damage_reported(path), closing(sqlite3.connect(uri, uri=True)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        (problem,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        digest.update(f"{problem}".encode())
        for kind, name, sql in database.execute(_SCHEMA).fetchall():
            digest.update(f"{kind} {name} {sql}\n".encode())
            if kind == "table" and name not in _NOT_COVERED and not f"{sql}".startswith("CREATE VIRTUAL"):
                for row in database.execute(f'SELECT * FROM "{name}"'):
                    digest.update(repr(row).encode())
    return digest.hexdigest()
