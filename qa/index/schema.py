"""The tables of a catalog."""

from __future__ import annotations

from qa.index.vocabulary import SCHEMA as VOCABULARY

SCHEMA_VERSION = 6
"""Incremented whenever the layout of catalog or vectors changes; SQLite's ``user_version``."""

PAGE_SIZE = 8192
"""Bytes of a page: five chunks of a usual length fit in one, in a page of SQLite's default size only two."""

TABLES = """
CREATE TABLE manifest (json TEXT NOT NULL);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, content_hash TEXT NOT NULL, text_hash TEXT NOT NULL,
    encoding TEXT NOT NULL, title TEXT NOT NULL, source TEXT, author TEXT, published TEXT, url TEXT, language TEXT,
    tags TEXT, notice TEXT NOT NULL, chunks INTEGER NOT NULL, checksum INTEGER NOT NULL
);
CREATE INDEX documents_of_file ON documents(file);
CREATE INDEX documents_of_source ON documents(source);
CREATE INDEX documents_of_day ON documents(published);
CREATE TABLE skipped (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
    reason TEXT NOT NULL
);
CREATE TABLE chunks (
    key INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, line_start INTEGER NOT NULL,
    header TEXT NOT NULL, keywords TEXT NOT NULL, text TEXT NOT NULL, layout TEXT NOT NULL,
    content_hash BLOB NOT NULL, checksum INTEGER NOT NULL
);
CREATE INDEX chunks_of_document ON chunks(document_id);
CREATE TABLE wordings (digest INTEGER PRIMARY KEY, signature BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE wording_keys (key INTEGER NOT NULL, digest INTEGER NOT NULL, PRIMARY KEY (key, digest)) WITHOUT ROWID;
CREATE TABLE wording_pairs (
    digest INTEGER NOT NULL, other INTEGER NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (digest, other)
) WITHOUT ROWID;
CREATE TABLE copies (
    document_id INTEGER PRIMARY KEY, digest INTEGER NOT NULL, story INTEGER, checksum INTEGER NOT NULL
);
CREATE INDEX copies_of_digest ON copies(digest);
CREATE INDEX copies_of_story ON copies(story) WHERE story IS NOT NULL;
"""
"""Manifest, documents, chunks and near-identical articles, as SQLite declares them."""

SCHEMA = (
    f"PRAGMA user_version = {SCHEMA_VERSION};"
    + TABLES.replace("key INTEGER PRIMARY KEY,", "key INTEGER PRIMARY KEY AUTOINCREMENT,")
    + """
CREATE TABLE segments (
    name TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, vectors INTEGER NOT NULL,
    alive INTEGER NOT NULL, sha256 TEXT NOT NULL
);
CREATE VIRTUAL TABLE fulltext USING fts5(
    header, keywords, clean, content='', tokenize='porter unicode61 remove_diacritics 2'
);
INSERT INTO fulltext(fulltext, rank) VALUES ('rank', 'bm25(1.0, 0.3, 1.0)');
"""
    + VOCABULARY
)
"""All tables of a catalog: also the segments of vectors, full text, and the vocabulary.

A key is never used twice (``AUTOINCREMENT``): vectors of removed chunks stay in their segment for a while. The full
text has no copy of the text (``content=''``), so what is removed from it must be given again. Checksums: ``rows.py``.

Each distinct text has a signature, keys to find others by, and pairs with those that are copies
(``near_duplicates.py``). ``story`` is the text that all others of a group are copies of; null if there is no copy.
A wrong key only makes two texts be compared; the other rows have checksums.
"""
