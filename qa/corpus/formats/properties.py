"""The properties of an office document, as fields of an article.

Its dates are not among them: they say when the file was made or saved, not when the text was published.
"""

from __future__ import annotations

from collections.abc import Iterable

_OWN = {
    "title": "title",
    "initial-creator": "author",
    "creator": "author",
    "keywords": "tags",
    "keyword": "tags",
    "language": "language",
}
"""Names in the standards, and ours."""
_CUSTOM = {
    "author": "author",
    "date": "date",
    "published": "date",
    "publication date": "date",
    "source": "source",
    "publisher": "source",
    "url": "url",
}
"""Names that people and programs give to properties of their own, and ours."""
_PROGRAMS = set(
    "administrator|microsoft office user|owner|python-docx|un-named|unknown author|user|windows user".split("|")
)
"""What stands for an author where nobody entered a name."""
_PRINTED = "Microsoft Word - "
"""What printer drivers put before the name of a file."""


def fields_of(own: Iterable[tuple[str, str | None]], custom: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Return the fields that properties with these names and values state."""
    fields: dict[str, str] = {}
    listed = [(_OWN.get(name), value) for name, value in own]
    listed += [(_CUSTOM.get(name.lower()), value) for name, value in custom]
    for field, value in listed:
        value = (value or "").strip()
        if not field or not value or (field == "author" and value.lower() in _PROGRAMS) or value.startswith(_PRINTED):
            continue
        fields[field] = f"{fields[field]}, {value}" if field == "tags" and field in fields else value
    return fields
