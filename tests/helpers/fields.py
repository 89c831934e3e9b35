"""Fields of an article, for the tests of its metadata."""

from __future__ import annotations

from qa.corpus.metadata import Metadata, describe


def values(metadata: Metadata) -> dict[str, str]:
    """Return the first value of each field."""
    return {field.name: field.value for field in reversed(metadata.fields)}


def stated(text: str, name: str) -> str:
    """Return the lines of the file that state a field."""
    return next(text[field.start : field.end] for field in describe(text).fields if field.name == name)
