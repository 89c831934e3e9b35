"""Turns pages and entries of feeds into articles: title, source, author, date and Markdown.

What is fetched is data. A clip has no pictures, since a program that shows the file would fetch them; and nothing in
its text hides or ends anything.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from qa.corpus.front_matter import front_matter
from qa.corpus.titles import title_above
from qa.errors import PageError
from qa.text.sanitizing import disarm, single_line
from qa.web.decoding import decoded
from qa.web.fetching import TEXT_TYPES, Page
from qa.web.isolation import Entry, Extract, extract_page

_FEWEST_WORDS = 25
"""A page with fewer is a notice that scripts, cookies or a login are needed; an entry of a feed may be short."""
_FEWEST_WORDS_BESIDE_LOGIN = 100
_LINES_WITH_TITLE = 12
_LONGEST = {"title": 300, "source": 100, "author": 100, "description": 500, "tag": 50}
"""Characters of metadata; what is longer is cut off."""
_MOST_VALUES = 20
_MARKDOWN_NAME = re.compile(r"\.(?:md|markdown)$", re.IGNORECASE)
_CODE = re.compile(
    r"^(?P<fence>```+|~~~+)[^\n]*\n.*?^(?P=fence)[^\n]*$|(?<![\\`])(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_MARKUP = (
    (re.compile(r"\\?<(?=[A-Za-z/!?])"), "&lt;"),
    (re.compile(r"%%"), "%&#37;"),
    (re.compile(r"\{%"), "{&#37;"),
    (re.compile(r"\{\{(?=[<%])"), "{&#123;"),
    (re.compile(r"^([ \t>]*):::", re.MULTILINE), r"\1&#58;::"),
)
"""What Markdown, Obsidian or a site generator would take for a tag or a comment, and how it is written as text."""
_PICTURE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"#{1,6} (.+)\n*")


@dataclass(frozen=True, slots=True)
class Clip:
    """An article to save."""

    url: str
    """Where it is from."""
    title: str
    source: str
    """Its outlet, or else its host."""
    text: str
    authors: tuple[str, ...] = ()
    published: str = ""
    """An ISO date, or empty."""
    description: str = ""
    tags: tuple[str, ...] = ()
    is_markdown: bool = True


def clip_page(page: Page) -> Clip:
    """Return the article of a page.

    Raises:
        PageError: it has none, as a login or a page that only scripts fill.
    """
    text = decoded(page.data, page.charset)
    if page.media_type in TEXT_TYPES:
        return _plain(page, text)
    extract = extract_page(text, page.url)
    words = len(extract.text.split()) if extract else 0
    if extract is None or words < (_FEWEST_WORDS_BESIDE_LOGIN if extract.is_login else _FEWEST_WORDS):
        problem = "The page has no article, or shows it only after a login or with scripts"
        raise PageError(problem, "Open it in a browser, and save its text as a file in the corpus.")
    return _clip(page.url, extract)


def clip_entry(entry: Entry, url: str, source: str) -> Clip:
    """Return an entry of a feed as the feed itself has it.

    Args:
        entry: the entry.
        url: its address.
        source: the title of the feed.

    Raises:
        PageError: the feed has no text of it.
    """
    content = entry.content if entry.is_html else _as_html(entry.content)
    page = f"<html><body><article>{content}</article></body></html>"
    extract = extract_page(page, url) if content.strip() else None
    if extract is None:
        raise PageError("The entry has neither a page that can be read nor a text", "Open the feed in a browser.")
    clip = _clip(url, extract)
    title = _short(entry.title, "title") or clip.title
    published = entry.published or clip.published
    return replace(
        clip,
        title=title,
        source=_short(source, "source") or clip.source,
        authors=_all_short(entry.authors, "author"),
        published=published,
        description="",
        tags=_all_short(entry.tags, "tag"),
    )


def with_entry(clip: Clip, entry: Entry) -> Clip:
    """Return the clip of an entry's page with what only the feed says about it."""
    return replace(
        clip,
        authors=clip.authors or _all_short(entry.authors, "author"),
        published=clip.published or entry.published,
        tags=clip.tags or _all_short(entry.tags, "tag"),
    )


def _clip(url: str, extract: Extract) -> Clip:
    text = _harmless(extract.text)
    title = _short(extract.title, "title") or _first_title(text) or _host(url)
    heading = _HEADING.match(text)
    if heading and single_line(heading[1]).casefold() == title.casefold():
        text = text[heading.end() :] or text
    return Clip(
        url,
        title,
        _short(extract.source, "source") or _host(url),
        text,
        _all_short(extract.authors, "author"),
        extract.published,
        _short(extract.description, "description"),
        _all_short(extract.tags, "tag"),
    )


def _plain(page: Page, text: str) -> Clip:
    """Return a page of plain text or Markdown; front matter that it may have is not ours, and left out."""
    if "\0" in text:
        raise PageError("The page is not text", "Save it as a file in the corpus.")
    text = _clean(text)
    head = front_matter(text)
    text = text[head.body_start :].strip("\n") if head else text
    if not text.strip():
        raise PageError("The page is empty", "Open it in a browser.")
    path = unquote(urlsplit(page.url).path)
    is_markdown = page.media_type != "text/plain" or bool(_MARKDOWN_NAME.search(path))
    title = _first_title(text) or _short(path.rpartition("/")[2], "title") or _host(page.url)
    return Clip(page.url, title, _host(page.url), f"{text}\n", is_markdown=is_markdown)


def _first_title(text: str) -> str:
    lines = [" ".join(line.split()) for line in text[: _LONGEST["description"] * 4].splitlines()[:_LINES_WITH_TITLE]]
    return _short(title_above(lines).text, "title")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _as_html(text: str) -> str:
    return "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in re.split(r"\n\s*\n", text))


def _harmless(markdown: str) -> str:
    """Return Markdown without pictures, in which only the marks of Markdown itself mean anything."""
    text = _clean(markdown)
    pieces: list[str] = []
    position = 0
    for code in _CODE.finditer(text):
        pieces += [_without_markup(text[position : code.start()]), code[0]]
        position = code.end()
    return re.sub(r"\n{3,}", "\n\n", "".join([*pieces, _without_markup(text[position:])])).strip("\n") + "\n"


def _without_markup(text: str) -> str:
    text = _PICTURE.sub("", text)
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return text


def _clean(text: str) -> str:
    """Return a text with line feeds only, and without trailing spaces and what steers a terminal."""
    lines = disarm(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def _short(text: str, kind: str) -> str:
    line, longest = single_line(text), _LONGEST[kind]
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _all_short(values: Iterable[str], kind: str) -> tuple[str, ...]:
    short = dict.fromkeys(_short(value, kind) for value in values)
    return tuple(value for value in short if value)[:_MOST_VALUES]
