"""The tables of a catalog."""

from __future__ import annotations

from qa.index.vocabulary import SCHEMA as VOCABULARY

SCHEMA = (
    """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    content_hash TEXT NOT NULL, encoding TEXT NOT NULL, title TEXT NOT NULL, source TEXT, published TEXT,
    notice TEXT NOT NULL
);
CREATE TABLE skipped (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, document_id INTEGER NOT NULL REFERENCES documents(id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, line_start INTEGER NOT NULL,
    header TEXT NOT NULL, keywords TEXT NOT NULL, context TEXT NOT NULL, text TEXT NOT NULL, clean TEXT NOT NULL,
    layout TEXT NOT NULL, content_hash TEXT NOT NULL
);
CREATE INDEX chunks_of_document ON chunks(document_id);
CREATE VIRTUAL TABLE fulltext USING fts5(
    header, keywords, clean, content='chunks', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
);
INSERT INTO fulltext(fulltext, rank) VALUES ('rank', 'bm25(1.0, 0.3, 1.0)');
CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
    INSERT INTO fulltext(rowid, header, keywords, clean)
    VALUES (new.id, new.header, new.keywords, new.clean);
END;
CREATE TRIGGER chunk_removed AFTER DELETE ON chunks BEGIN
    INSERT INTO fulltext(fulltext, rowid, header, keywords, clean)
    VALUES ('delete', old.id, old.header, old.keywords, old.clean);
END;
"""
    + VOCABULARY
)
"""Documents, chunks, the full-text index over chunks, and the vocabulary."""
