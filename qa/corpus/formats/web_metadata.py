"""What a web page states about itself: JSON-LD, ``meta`` elements, links and comments of programs that save pages.

Nothing is guessed: neither a date from an address, nor an outlet from a host.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from typing import Any

from qa.corpus.formats.html_tree import Element

_ARTICLE = re.compile(r"Article|Posting|Report|Review|Recipe|Book|CreativeWork$|Chapter|HowTo$|Thesis")
"""Types of schema.org that are articles."""
_META = {
    "title": "og:title citation_title dc.title dcterms.title parsely-title headline sailthru.title twitter:title",
    "author": "author article:author citation_author dc.creator dcterms.creator parsely-author sailthru.author byl",
    "date": "article:published_time datepublished citation_publication_date citation_date dc.date.issued dcterms.issued"
    " dcterms.created dc.date dcterms.date pubdate publishdate publish-date publication_date parsely-pub-date"
    " sailthru.date date og:published_time og:article:published_time article.published",
    "updated": "article:modified_time og:updated_time datemodified dcterms.modified last-modified lastmod"
    " article.updated",
    "source": "og:site_name citation_journal_title dc.publisher dcterms.publisher publisher source application-name",
    "url": "og:url twitter:url",
    "language": "dc.language dcterms.language language",
    "tags": "keywords article:tag news_keywords citation_keywords parsely-tags dcterms.subject dc.subject",
}
"""Names of ``meta`` elements, in the order of precedence."""
_SEVERAL = {"author", "tags"}
"""Fields that have several values."""
_LINKED_DATA = {
    "title": ("headline", "name"),
    "author": ("author", "creator"),
    "date": ("datePublished",),
    "updated": ("dateModified",),
    "source": ("publisher", "sourceOrganization"),
    "url": ("mainEntityOfPage", "url"),
    "language": ("inLanguage",),
    "tags": ("keywords",),
}
_BYLINE = {"byline", "p-author", "reader-credits", "author-name", "post-author", "entry-author"}
"""Classes of the line that names the author; Firefox's reader view writes ``reader-credits``."""
_BY = re.compile(r"^\s*(?:written\s+)?by:?\s+", re.IGNORECASE)
_SAVED = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s<>]+)\s*-->", re.IGNORECASE)
"""What browsers write into pages that they save."""
_SINGLE_FILE = re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://[^\s<>]+)", re.IGNORECASE)
_SAVED_WITHIN = 5_000
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})T[\d:.]+\S*")
_LONGEST = 300
"""Characters of a name; longer ones are no names."""
_MOST_OBJECTS = 10_000

Fields = dict[str, str]
"""Names and values, as in an ``Extract``."""


def stated(root: Element, text: str) -> Fields:
    """Return what a page states about itself; ``root`` is its tree and ``text`` its source."""
    fields: Fields = {}
    for source in (_of_linked_data(root), _of_meta(root), _of_elements(root), _of_comments(text)):
        for name, value in source.items():
            fields.setdefault(name, value)
    return fields


def _of_linked_data(root: Element) -> Fields:
    fields: Fields = {}
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        with suppress(ValueError, RecursionError):
            for described in _objects(json.loads(script.text or "", strict=False)):
                if any(_ARTICLE.search(kind) for kind in _texts(described.get("@type"))):
                    for name, keys in _LINKED_DATA.items():
                        values = next(filter(None, (_texts(described.get(key)) for key in keys)), [])
                        _set(fields, name, values)
    return fields


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a document of JSON-LD, outermost first."""
    queue = [value]
    for each in queue:
        if isinstance(each, dict):
            yield each
            each = [part for key in ("@graph", "mainEntity", "mainEntityOfPage") if (part := each.get(key))]
        if isinstance(each, list) and len(queue) < _MOST_OBJECTS:
            queue += each


def _texts(value: Any) -> list[str]:
    """Return the strings that a value of JSON-LD stands for."""
    texts = []
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            each = each.get("name") or each.get("@id")
        if isinstance(each, str) and each.strip():
            texts.append(unescape(each))
    return texts


def _of_meta(root: Element) -> Fields:
    values: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = element.get("content")
        for attribute in ("property", "name", "itemprop"):
            key = (element.get(attribute) or "").strip().lower()
            if key and content and content.strip():
                values.setdefault(key.replace("dc:", "dc.").replace("dcterms:", "dcterms."), []).append(content)
    fields: Fields = {}
    for name, keys in _META.items():
        for key in keys.split():
            _set(fields, name, values.get(key, []))
    return fields


def _of_elements(root: Element) -> Fields:
    fields: Fields = {}
    authors, days = [], []
    for element in root.iter("a", "span", "p", "div", "address", "time", "link", "li"):
        classes = (element.get("class") or "").lower().split()
        item = (element.get("itemprop") or "").lower()
        if element.tag == "link":
            if "canonical" in (element.get("rel") or "").lower().split():
                _set(fields, "url", [element.get("href") or ""])
        elif element.tag == "time" and (item == "datepublished" or element.get("pubdate") is not None):
            days.append(element.get("datetime") or "")
        elif item == "author" or "author" in (element.get("rel") or "").split() or not _BYLINE.isdisjoint(classes):
            authors.append(_BY.sub("", " ".join(element.itertext())))
        if "reader-domain" in classes:
            _set(fields, "url", [element.get("href") or ""])
    names = {" ".join(name.split()) for name in authors} - {""}
    if len(names) == 1:  # of several, some are of comments
        _set(fields, "author", list(names))
    _set(fields, "date", days[:1])
    _set(fields, "language", [root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""])
    return fields


def _of_comments(text: str) -> Fields:
    fields: Fields = {}
    for pattern in (_SAVED, _SINGLE_FILE):
        match = pattern.search(text, 0, _SAVED_WITHIN)
        _set(fields, "url", [match[1]] if match else [])
    return fields


def _set(fields: Fields, name: str, values: list[str]) -> None:
    """Set a field, unless it has a value already or none of the new ones can be one."""
    known = [value for value in (" ".join(value.split()) for value in values) if _is_value(name, value)]
    if name in fields or not known:
        return
    value = ", ".join(dict.fromkeys(known)) if name in _SEVERAL else known[0]
    day = _DAY.fullmatch(value)
    fields[name] = day[1] if day else value


def _is_value(name: str, value: str) -> bool:
    is_address = value.startswith(("http://", "https://"))
    if name == "url":
        return is_address and " " not in value
    return bool(value) and not is_address and not value.startswith("@") and (name == "tags" or len(value) <= _LONGEST)
