"""The tables of an index in PostgreSQL.

The schema ``qa`` has what concerns the index as a whole; each build has a schema of its own, such as ``qa_7``, with the
tables that a catalog in SQLite has.
"""

from __future__ import annotations

import re

from qa.index.schema import TABLES
from qa.index.servers.fulltext import SCHEMA as FULLTEXT
from qa.index.vocabulary import SCHEMA as VOCABULARY

INDEX_TABLES = """
CREATE SCHEMA IF NOT EXISTS qa;
CREATE TABLE IF NOT EXISTS qa.state (build bigint NOT NULL, version integer NOT NULL);
CREATE TABLE IF NOT EXISTS qa.collections (name text PRIMARY KEY, build bigint NOT NULL);
"""
"""The current build with the version of its tables, one row; and the collections of all builds on the Chroma server,
listed before they are created, so that none is forgotten there."""

_OWN_TABLES = """
CREATE TABLE collections (
    id serial PRIMARY KEY, name text NOT NULL, label text UNIQUE NOT NULL, vectors bigint NOT NULL
);
CREATE TABLE vectors (key bigint PRIMARY KEY, scale real NOT NULL, numbers bytea NOT NULL);
CREATE TABLE stored (first bigint NOT NULL, last bigint NOT NULL);
CREATE TABLE removed (key bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
CREATE SEQUENCE chunk_keys;
"""
"""The collections with the vectors of a build, and the vectors themselves, compressed as in a folder; the keys of those
that an update stores before it is committed; and of those that are no longer needed, since when."""
_TYPES = {"TEXT": 'text COLLATE "C"', "INTEGER": "bigint", "BLOB": "bytea", "WITHOUT ROWID": ""}
"""What PostgreSQL calls the types of SQLite, with the same order of texts."""


def build_tables() -> str:
    """Return the statements that create the tables of a build in the present schema."""
    shared = re.sub("|".join(_TYPES), lambda match: _TYPES[match[0]], TABLES + VOCABULARY)
    return shared + _OWN_TABLES + FULLTEXT


def schema_of(build: int) -> str:
    """Return the name of the schema of a build."""
    return f"qa_{build}"
