"""Web pages around an article: a news site, an old home page, a page saved from a reader view, a printed page."""

from __future__ import annotations

import json
import re
from datetime import date
from html import escape
from string import Template

from tests.formats.articles import HERE, Article, articles

HYPHENATE = r"""
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const text = texts.currentNode, range = document.createRange();
  const top = i => (range.setStart(text, i), range.setEnd(text, i + 1), [...range.getClientRects()].at(-1)?.top);
  text.data = [...text.data].map((c, i) => c != "\u00ad" ? c : top(i - 1) == top(i + 1) ? "" : "\u2010").join("");
}
"""
"""Makes soft hyphens at ends of lines visible and removes all others: they are in no ordinary PDF."""

_TEXT = re.compile(r">[^<]+<")
_LONG_WORD = re.compile(r"[A-Za-z]{7,}")
_BETWEEN_SYLLABLES = re.compile(
    r"(?<=\w\w)(?<=[aeiouy])(?=(?:[b-df-hj-np-tv-xz]|[scpt]h|[bcdfgpt][lr])[aeiouy]\w)"
    r"|(?<=[aeiouy][lmnrst])(?=(?:[b-df-hj-np-tv-xz]|[scpt]h|[bcdfgpt][lr])[aeiouy])"
)
"""Roughly: before the last consonant in front of a vowel."""
_LINKS = 4
"""Other articles that a page links to."""


def news_page(article: Article, body: str) -> str:
    """Return the article on a site with navigation, advertisements for itself, comments and full metadata."""
    linked = [articles()[(article.number + step * 7) % len(articles())] for step in range(2 * _LINKS)]
    links = [f'<li><a href="{other.address}">{escape(other.title)}</a></li>' for other in linked if other != article]
    lists = {"most_read": "".join(links[:_LINKS]), "related": "".join(links[_LINKS:])}
    return _filled("news", article, body, json_ld=_json_ld(article), **lists)


def poor_page(article: Article, body: str) -> bytes:
    """Return the article on a page of the last century, without metadata, in Latin-1 with character references."""
    body = re.sub(r"<h2[^>]*>(.*?)</h2>", r"<P><FONT SIZE=4><B>\1</B></FONT>", body)
    body = body.replace("<p>", "<P>").replace("</p>", "").replace("</li>", "").replace("</td>", "")
    return _filled("poor", article, body).encode("latin-1", "xmlcharrefreplace")


def reader_page(article: Article, body: str) -> str:
    """Return the article as a browser's reader view saves it."""
    return _filled("reader", article, body, site=article.address.split("/")[2])


def printed_page(article: Article, body: str, **layout: str) -> str:
    """Return the article laid out for paper, long words with soft hyphens between syllables."""
    body = _TEXT.sub(lambda text: _LONG_WORD.sub(lambda word: _hyphenated(word[0]), text[0]), body)
    return _filled("print", article, body, **layout)


def _hyphenated(word: str) -> str:
    return _BETWEEN_SYLLABLES.sub("\xad", word)


def _filled(template: str, article: Article, body: str, **further: str) -> str:
    published = date.fromisoformat(article.date)
    fields = {name: escape(getattr(article, name)) for name in ("title", "author", "source", "date", "address")}
    fields |= further | {"body": body.strip(), "long_date": f"{published.day} {published:%B %Y}"}
    return Template((HERE / "templates" / f"{template}.html").read_text(encoding="utf-8")).substitute(fields)


def _json_ld(article: Article) -> str:
    described = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": f"{article.date}T06:30:00+00:00",
        "author": [{"@type": "Person", "name": article.author}],
        "publisher": {"@type": "NewsMediaOrganization", "name": article.source},
        "mainEntityOfPage": article.address,
    }
    return json.dumps(described, ensure_ascii=False)
