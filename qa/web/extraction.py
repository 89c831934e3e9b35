"""Finds the article in a page, or the entries in a feed: a program that reads a request and prints the result.

What strangers write can make a parser slow, greedy or crash: 1 MB of HTML can cost ten gigabytes. Here that ends this
process only. It imports nothing of qa, so that it can be run by its path.
"""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

MEMORY = 2_000_000_000
"""Bytes of memory for a page."""
SECONDS = 30
"""Seconds for a page."""
MOST_ENTRIES = 1_000
"""Entries of a feed."""
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def respond(request: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the result of ``feed()`` for a request with a content type, else that of ``page()``.

    If a library lacks another one, its name is the value of ``missing``.
    """
    try:
        return (feed if "content_type" in request else page)(**request)
    except ImportError as error:
        return {"missing": error.name or str(error)}


def page(text: str, url: str) -> dict[str, Any] | None:
    """Return the article of a page in HTML as Markdown, with its metadata; None if there is none."""
    import lxml.html
    import trafilatura

    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    _remove_controls(tree)
    document = trafilatura.bare_extraction(
        tree,
        url=url,
        include_comments=False,
        include_formatting=True,
        include_links=True,
        with_metadata=True,
        # A date somewhere in the text is not taken for that of the article.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if document is None or isinstance(document, dict) or not document.text:
        return None
    return {
        "title": document.title or "",
        "source": document.sitename or "",
        "authors": (document.author or "").split(";"),
        "published": document.date or "",
        "description": document.description or "",
        "tags": re.split(r"[,;]", ",".join(document.tags or ())),
        "text": document.text,
        "is_login": bool(tree.xpath("//input[@type='password']")),
    }


def _remove_controls(tree: Any) -> None:
    """Remove the characters that HTML may contain but XML may not, for one of which trafilatura drops the page."""
    for element in tree.iter():
        element.text = _NOT_XML.sub("", element.text or "")
        element.tail = _NOT_XML.sub("", element.tail or "")
        for name, value in element.items():
            if _NOT_XML.search(value):
                element.set(name, _NOT_XML.sub("", value))


def feed(data: str, url: str, content_type: str) -> dict[str, Any] | None:
    """Return the title and the entries of a feed, given in Latin-1 for its bytes; None if it is none."""
    import feedparser  # type: ignore[import-untyped]

    headers = {"content-location": url, "content-type": content_type}
    parsed = feedparser.parse(io.BytesIO(data.encode("latin-1")), response_headers=headers)
    if not parsed.version:
        return None
    return {
        "title": _without_tags(parsed.feed.get("title", "")),
        "count": len(parsed.entries),
        "entries": [_entry(entry) for entry in parsed.entries[:MOST_ENTRIES]],
    }


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    contents = [*entry.get("content", ()), *filter(None, [entry.get("summary_detail")])]
    longest: Mapping[str, Any] = max(contents, key=lambda content: len(content.get("value") or ""), default={})
    return {
        "link": entry.get("link", ""),
        "identity": entry.get("id", ""),
        "title": _without_tags(entry.get("title", "")),
        "authors": _names(entry.get("authors", ())) or _names([{"name": entry.get("author", "")}]),
        "published": time.strftime("%Y-%m-%d", moment) if moment else "",
        "tags": [tag.get("term") or "" for tag in entry.get("tags", ())],
        "content": longest.get("value") or "",
        "is_html": longest.get("type") != "text/plain",
    }


def _without_tags(title: str) -> str:
    return html.unescape(re.sub(r"<[^<>]*>", "", title))


def _names(authors: Iterable[Mapping[str, Any]]) -> list[str]:
    return [author["name"] for author in authors if author.get("name")]


def _limit() -> None:
    """Limit memory and time of this process where the system can; the time also ends it if qa itself was ended."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    _limit()
    json.dump(respond(json.load(sys.stdin)), sys.stdout)
