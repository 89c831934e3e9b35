"""Kinds of damage to an index with one segment, by name."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from qa.index.schema import SCHEMA_VERSION
from tests.helpers.index_files import build_of, change_manifest, opened_catalog, segments_of

Damage = Callable[[Path], object]
"""Damages the index in a folder."""
CATALOG, SEGMENT = "catalog.sqlite", "SEGMENT"


def file_of(index: Path, name: str) -> Path:
    """Return a file or folder of the index: CURRENT, one of the only segment, or one of the build."""
    if name == "CURRENT":
        return index / name
    if name.startswith(SEGMENT):
        return segments_of(index)[0] / name[len(SEGMENT) + 1 :]
    return build_of(index) / name


def truncate(name: str, size: int) -> Damage:
    return lambda index: file_of(index, name).write_bytes(file_of(index, name).read_bytes()[:size])


def overwrite(name: str, data: bytes) -> Damage:
    return lambda index: file_of(index, name).write_bytes(data)


def remove(name: str) -> Damage:
    def delete(index: Path) -> None:
        path = file_of(index, name)
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return delete


def manifest(**changes: Any) -> Damage:
    return lambda index: change_manifest(index, **changes)


def sql(*statements: str) -> Damage:
    def execute(index: Path) -> None:
        with opened_catalog(index) as catalog:
            for statement in statements:
                catalog.execute(statement)

    return execute


def write_catalog_of_something_else(index: Path) -> None:
    path = build_of(index) / CATALOG
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        database.execute("CREATE TABLE photos (name TEXT)")
        database.commit()


def forget_collection(index: Path) -> None:
    with closing(sqlite3.connect(file_of(index, "SEGMENT/chroma/chroma.sqlite3"))) as database:
        database.execute("DELETE FROM collections")
        database.commit()


def write_array(name: str, array: Any) -> Damage:
    return lambda index: np.save(file_of(index, f"SEGMENT/quantized/{name}.npy"), array)


NOT_A_DATABASE = b"something else entirely" * 500
MISMATCHES = {
    "next version": sql("PRAGMA user_version = 99"),
    "model": manifest(model="another-model"),
    "weights": manifest(weights_sha256="0" * 64),
    "chunk sizes": manifest(chunking={"max_tokens": 7, "overlap_tokens": 1, "header_tokens": 1, "heading_tokens": 1}),
    "comments": manifest(comments=True),
    "corpus": manifest(corpus="/another/corpus"),
}
NO_CATALOG = {
    "no manifest": sql("DELETE FROM manifest"),
    "no table of manifests": sql("DROP TABLE manifest"),
    "half a manifest": sql("UPDATE manifest SET json = substr(json, 1, 40)"),
    "an empty manifest": sql("UPDATE manifest SET json = ''"),
    "a manifest of something else": sql("UPDATE manifest SET json = '[1, 2]'"),
    "a manifest that is no text": sql("UPDATE manifest SET json = x'ff00'"),
    "a manifest of wrong types": manifest(documents="seven"),
    "a manifest that is incomplete": sql("UPDATE manifest SET json = json_remove(json, '$.dimension')"),
    "a manifest with more": manifest(colour="red"),
    "a catalog without version": sql("PRAGMA user_version = 0"),
    "no catalog": remove(CATALOG),
    "an empty catalog": truncate(CATALOG, 0),
    "a catalog that is not a database": overwrite(CATALOG, NOT_A_DATABASE),
    "a catalog of something else": write_catalog_of_something_else,
    "half a catalog": truncate(CATALOG, 8192),
}
NO_BUILD = {
    "no build": lambda index: shutil.rmtree(index / "builds"),
    "a pointer to nowhere": overwrite("CURRENT", b"99"),
    "an empty pointer": overwrite("CURRENT", b""),
    "a pointer outside the folder": overwrite("CURRENT", b"../../x"),
    "a pointer that is not text": overwrite("CURRENT", b"\xff\xfe\x00"),
}
NO_SEGMENT = {
    "no segments": remove("segments"),
    "no segment": remove("SEGMENT"),
    "an empty segment": lambda index: [remove(f"SEGMENT/{name}")(index) for name in ("chroma", "quantized")],
    "no vectors that can be read": lambda index: [
        overwrite(f"SEGMENT/{name}", NOT_A_DATABASE)(index) for name in ("chroma/chroma.sqlite3", "quantized/keys.npy")
    ],
}
UNUSABLE = NO_CATALOG | NO_BUILD | NO_SEGMENT
"""Damage that no question survives."""
CHROMA = {
    "no store": remove("SEGMENT/chroma"),
    "no database of vectors": remove("SEGMENT/chroma/chroma.sqlite3"),
    "an empty database of vectors": truncate("SEGMENT/chroma/chroma.sqlite3", 0),
    "vectors that are not a database": overwrite("SEGMENT/chroma/chroma.sqlite3", NOT_A_DATABASE),
    "half a database of vectors": truncate("SEGMENT/chroma/chroma.sqlite3", 8192),
    "vectors without a collection": forget_collection,
}
"""Damage to Chroma's files, which no question reads."""
DISAGREEING = {
    "a chunk less": sql("DELETE FROM chunks WHERE key = 1"),
    "a document more": sql(
        "INSERT INTO documents SELECT 99, 'x.txt', 'x.txt', 1, 1, 1, content_hash, text_hash, encoding, title, source,"
        " author, published, url, language, tags, notice, chunks, checksum FROM documents WHERE id = 1"
    ),
    "no list of segments": sql("DELETE FROM segments"),
    "a damaged page": lambda index: overwrite_page(build_of(index) / CATALOG),
}
"""Damage that only a thorough check finds."""
COMPRESSED = {
    "none": remove("SEGMENT/quantized"),
    "no keys": remove("SEGMENT/quantized/keys.npy"),
    "no values": remove("SEGMENT/quantized/values.npy"),
    "empty": truncate("SEGMENT/quantized/values.npy", 0),
    "half": truncate("SEGMENT/quantized/values.npy", 1000),
    "only a header": truncate("SEGMENT/quantized/signs.npy", 128),
    "half a header": truncate("SEGMENT/quantized/scales.npy", 20),
    "no array": overwrite("SEGMENT/quantized/values.npy", NOT_A_DATABASE),
    "of other vectors": write_array("keys", np.arange(9)),
    "of another type": write_array("keys", np.arange(7, dtype=np.int32)),
    "objects, whose loading could run code": write_array("keys", np.array([{}] * 7)),
}
"""Damage to the compressed vectors, which are derived from Chroma again."""


def overwrite_page(path: Path) -> None:
    """Overwrite the last page of a catalog that is full of something."""
    content = path.read_bytes()
    start = max(start for start in range(0, len(content), 8192) if content[start : start + 8192].strip(b"\0"))
    path.write_bytes(content[:start] + b"\xa5" * 8192 + content[start + 8192 :])
