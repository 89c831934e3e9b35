"""Corruptions of an index: what a bad disk, a bad copy or a careless hand does to its files."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from tests.helpers.index_files import build_of

VALUES: tuple[Any, ...] = (None, "yesterday", "", -1, 0, 2**62, 3.5, float("inf"), b"\xff\xfe", "[1, 2", "1999-01-01")
"""What a value of the catalog is changed to."""
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
SCHEMAS = {
    "a view instead of the words": (
        f"DROP TABLE words; CREATE VIEW words AS {ENDLESS} 'a' || i AS word, i AS chunks FROM n"
    ),
    "a view instead of the segments": (
        f"DROP TABLE segments; CREATE VIEW segments AS {ENDLESS} '0123456789ab' AS name, i AS first, i AS last,"
        " 1 AS vectors, 1 AS alive, '' AS sha256 FROM n"
    ),
    "a view instead of the manifest": (
        f"DROP TABLE manifest; CREATE VIEW manifest AS {ENDLESS} count(*) AS json FROM n"
    ),
    "a view more": f"CREATE VIEW more AS {ENDLESS} i FROM n",
    "a trigger": (
        f"CREATE TRIGGER t AFTER UPDATE ON manifest BEGIN DELETE FROM words WHERE word IN ({ENDLESS} i FROM n); END"
    ),
    "a table more": "CREATE TABLE more (a)",
    "a table less": "DROP TABLE skipped",
    "a column more": "ALTER TABLE documents ADD COLUMN more",
    "no full text": "DROP TABLE fulltext",
    "no index": "DROP INDEX chunks_of_document",
}
"""Changes of the tables of a catalog, by name."""


class Corruption(NamedTuple):
    """Something done to an index, which can be done again to another copy of it."""

    name: str
    """Of the kind."""
    path: str
    """The file or folder it is done to, relative to the index."""
    seed: int
    """Of the generator that draws the rest."""

    def apply(self, index: Path, other: Path) -> str:
        """Do it; return what was drawn. ``other`` is another index."""
        path = index / self.path
        generator = random.Random(self.seed)
        return (CHANGES | REPLACEMENTS | CATALOG_CHANGES)[self.name](path, generator, other) or ""


Change = Callable[[Path, random.Random, Path], str | None]
"""Changes a file or folder of an index, given a generator and another index."""


def draw(index: Path, generator: random.Random) -> Corruption:
    """Draw a corruption of an index: of any of its files alike, a folder, or the catalog's rows."""
    seed = generator.randrange(1 << 32)
    kind = generator.random()
    if kind < 0.2:
        return Corruption(
            generator.choice([*CATALOG_CHANGES]), relative(build_of(index) / "catalog.sqlite", index), seed
        )
    paths = sorted(path for path in index.rglob("*") if path.is_file() == (kind < 0.9))
    path = relative(generator.choice(paths), index)
    changes = {**CHANGES, **REPLACEMENTS} if kind < 0.9 else REPLACEMENTS
    weights = [6 if name in ("bit", "noise", "zeros") else 1 for name in changes]
    return Corruption(generator.choices([*changes], weights)[0], path, seed)


def relative(path: Path, index: Path) -> str:
    return path.relative_to(index).as_posix()


def truncate(path: Path, generator: random.Random, other: Path) -> str:
    size = generator.randrange(max(path.stat().st_size, 1))
    os.truncate(path, size)
    return f"to {size} bytes"


def flip_bit(path: Path, generator: random.Random, other: Path) -> str:
    content = bytearray(path.read_bytes())
    if not content:
        return "of nothing"
    position, bit = generator.randrange(len(content)), generator.randrange(8)
    content[position] ^= 1 << bit
    path.write_bytes(content)
    return f"{bit} of byte {position}"


def overwrite(path: Path, generator: random.Random, is_noise: bool) -> str:
    content = bytearray(path.read_bytes())
    if not content:
        return "of nothing"
    position, length = generator.randrange(len(content)), generator.randint(1, 64)
    length = min(length, len(content) - position)
    content[position : position + length] = generator.randbytes(length) if is_noise else bytes(length)
    path.write_bytes(content)
    return f"in {length} bytes from {position}"


def append(path: Path, generator: random.Random, other: Path) -> str:
    with path.open("ab") as file:
        file.write(generator.randbytes(generator.randint(1, 10_000)))
    return ""


def swap(path: Path, generator: random.Random, other: Path) -> str:
    index = root_of(path)
    files = sorted(each for each in index.rglob("*") if each.is_file() and each != path)
    second = generator.choice(files)
    content = path.read_bytes()
    path.write_bytes(second.read_bytes())
    second.write_bytes(content)
    return f"with {relative(second, index)}"


def replace_by_foreign(path: Path, generator: random.Random, other: Path) -> str:
    """Replace a file by one of the same name of another index, or by any if that has none."""
    foreign = sorted(each for each in other.rglob("*") if each.is_file())
    same = [each for each in foreign if each.name == path.name]
    chosen = generator.choice(same or foreign)
    shutil.copyfile(chosen, path)
    return relative(chosen, other)


def delete(path: Path, generator: random.Random, other: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def replace_by_pipe(path: Path, generator: random.Random, other: Path) -> None:
    delete(path, generator, other)
    os.mkfifo(path)


def replace_by_link(path: Path, generator: random.Random, other: Path) -> None:
    moved = root_of(path).with_name("moved")
    path.rename(moved)
    path.symlink_to(moved, moved.is_dir())


def replace_by_dangling_link(path: Path, generator: random.Random, other: Path) -> None:
    delete(path, generator, other)
    path.symlink_to("nowhere")


def replace_by_circular_link(path: Path, generator: random.Random, other: Path) -> None:
    delete(path, generator, other)
    path.symlink_to(path.name)


def replace_by_folder(path: Path, generator: random.Random, other: Path) -> str:
    delete(path, generator, other)
    path.mkdir()
    if generator.random() < 0.5:
        (path / "wedding.jpg").touch()
        return "with a file"
    return "that is empty"


def replace_by_file(path: Path, generator: random.Random, other: Path) -> None:
    delete(path, generator, other)
    path.write_bytes(generator.randbytes(generator.randrange(2_000)))


def replace_by_device(path: Path, generator: random.Random, other: Path) -> None:
    delete(path, generator, other)
    with suppress(OSError):  # only root may
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))


def change_value(path: Path, generator: random.Random, other: Path) -> str:
    """Change the value of a random row and column, as often as it takes for one that may be changed."""
    with closing(sqlite3.connect(path)) as catalog:
        catalog.execute("PRAGMA writable_schema = ON")
        rows = catalog.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        tables = sorted(name for (name,) in rows)
        while True:
            table = generator.choice(tables)
            columns = [row[1] for row in catalog.execute(f'PRAGMA table_info("{table}")')]
            identifier = "rowid" if table not in ("words", "fulltext_idx", "fulltext_config") else columns[0]
            keys = [key for (key,) in catalog.execute(f'SELECT "{identifier}" FROM "{table}" ORDER BY 1')]
            if not keys:
                continue
            column, key, value = generator.choice(columns), generator.choice(keys), generator.choice(VALUES)
            with suppress(sqlite3.Error, OverflowError):
                catalog.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE "{identifier}" IS ?', (value, key))
                catalog.commit()
                return f"{table}.{column} of {key!r}: {value!r}"


def change_text(path: Path, generator: random.Random, other: Path) -> str:
    """Change a letter of a text, title or header, or a day."""
    table, column = generator.choice(
        [
            ("chunks", "text"),
            ("chunks", "layout"),
            ("chunks", "header"),
            ("documents", "title"),
            ("documents", "published"),
        ]
    )
    with closing(sqlite3.connect(path)) as catalog:
        keys = [key for (key,) in catalog.execute(f"SELECT rowid FROM {table} WHERE {column} != '' ORDER BY 1")]
        key = generator.choice(keys)
        (text,) = catalog.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (key,)).fetchone()
        position = generator.randrange(len(text))
        changed = f"{text[:position]}{chr(ord(text[position]) ^ 1)}{text[position + 1 :]}"
        catalog.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (changed, key))
        catalog.commit()
    return f"{table}.{column} of {key}: {changed[max(0, position - 10) : position + 10]!r}"


def delete_row(path: Path, generator: random.Random, other: Path) -> str:
    table = generator.choice(
        ["manifest", "segments", "documents", "chunks", "words", "fulltext_data", "fulltext_docsize"]
    )
    identifier = "word" if table == "words" else "rowid"
    with closing(sqlite3.connect(path)) as catalog:
        keys = [key for (key,) in catalog.execute(f"SELECT {identifier} FROM {table} ORDER BY 1")]
        key = generator.choice(keys)
        catalog.execute(f"DELETE FROM {table} WHERE {identifier} = ?", (key,))
        catalog.commit()
    return f"{table} {key!r}"


def change_schema(path: Path, generator: random.Random, other: Path) -> str:
    name = generator.choice([*SCHEMAS])
    with closing(sqlite3.connect(path)) as catalog:
        catalog.executescript(SCHEMAS[name])
        catalog.commit()
    return name


def root_of(path: Path) -> Path:
    """Return the folder of the index that a file or folder is in."""
    return next(parent for parent in path.parents if parent.name == "index")


CHANGES: dict[str, Change] = {
    "bit": flip_bit,
    "noise": lambda path, generator, other: overwrite(path, generator, True),
    "zeros": lambda path, generator, other: overwrite(path, generator, False),
    "truncated": truncate,
    "longer": append,
    "swapped": swap,
    "foreign": replace_by_foreign,
}
REPLACEMENTS: dict[str, Change] = {
    "deleted": delete,
    "a pipe": replace_by_pipe,
    "a link": replace_by_link,
    "a link to nowhere": replace_by_dangling_link,
    "a link to itself": replace_by_circular_link,
    "a folder": replace_by_folder,
    "another file": replace_by_file,
    "a device": replace_by_device,
}
CATALOG_CHANGES: dict[str, Change] = {
    "a value": change_value,
    "a letter": change_text,
    "a row less": delete_row,
    "other tables": change_schema,
}
