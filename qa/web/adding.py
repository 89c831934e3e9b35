"""Saves pages and the entries of feeds in a corpus, each page once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from qa.corpus import Corpus, UnreadableFile
from qa.corpus.fields import BYTE_ORDER_MARK, LONGEST_HEAD
from qa.errors import PageError
from qa.web.clipping import Clip, clip_entry, clip_page, with_entry
from qa.web.decoding import decoded
from qa.web.fetching import HTML_TYPES, XML_TYPES, Fetcher, Page
from qa.web.isolation import Entry, Feed, extract_feed
from qa.web.saving import save
from qa.web.urls import entry_url, joined, page_key, parse_url

_URL_FIELD = re.compile(
    r"^(?:url|source|link|permalink|canonical_url)\s*[:=]\s*[\"'<]?(https?://[^\s\"'<>]+)", re.MULTILINE | re.IGNORECASE
)
"""The address of a page as front matter or a line at the top states it."""
_SNIFFED = 4_096
_PROLOG = r"(?:\s++|<\?[^>]*+>|<!--(?:(?!-->).)*+-->|<!DOCTYPE[^>]*+>)*+"
_FEED = re.compile(rf"{_PROLOG}<(?:\w+:)?(?:rss|feed|rdf)\b", re.DOTALL | re.IGNORECASE)
_PAGE = re.compile(rf"{_PROLOG}<html\b", re.DOTALL | re.IGNORECASE)


class Status(Enum):
    """What became of a page."""

    SAVED = "saved"
    PRESENT = "present"
    """It was in the corpus already."""
    FAILED = "failed"


class Result(NamedTuple):
    """What became of a page, or of an entry of a feed."""

    url: str
    status: Status
    path: str = ""
    """Its file in the corpus; empty if there is none."""
    title: str = ""
    """Its title if it was saved."""
    reason: str = ""
    """Why it was not saved, and what to do."""


class PageSaver:
    """Saves pages in a corpus.

    Args:
        corpus: where; articles that state the address of a page are that page.
        fetcher: opens the connections.

    Raises:
        CorpusError: the corpus cannot be listed.
    """

    def __init__(self, corpus: Corpus, fetcher: Fetcher) -> None:
        self._corpus = corpus
        self._fetcher = fetcher
        self._present: dict[str, str] = {}
        for path in corpus.files():
            for url in _stated_urls(corpus, path):
                self._present.setdefault(page_key(url), path)

    def add(self, address: str) -> Iterator[Result]:
        """Save a page, or the entries of a feed; yield what became of each as soon as it is known."""
        url = address
        try:
            url = parse_url(address).text
            if present := self._find(url):
                yield present
                return
            page = self._fetcher.fetch(url)
            if _is_feed(page):
                yield from self._add_feed(page)
            else:
                yield self._find(page.url) or self._save(clip_page(page))
        except PageError as error:
            yield Result(url, Status.FAILED, reason=str(error))

    def _add_feed(self, page: Page) -> Iterator[Result]:
        """Save the entries of a feed.

        Raises:
            PageError: it cannot be read, or has none.
        """
        feed = extract_feed(page.data, page.url, f"{page.media_type}; charset={page.charset or 'utf-8'}")
        if feed is None or not feed.entries:
            raise PageError("The feed has no entries that can be read", "Check its address in a browser.")
        for entry in feed.entries:
            yield self._add_entry(page.url, feed, entry)
        if feed.count > len(feed.entries):
            reason = f"Only the first {len(feed.entries)} of its {feed.count} entries are read. Add others by address."
            yield Result(page.url, Status.FAILED, reason=reason)

    def _add_entry(self, feed_url: str, feed: Feed, entry: Entry) -> Result:
        """Save the page of an entry, or else what the feed itself has of it."""
        link = joined(feed_url, entry.link) if entry.link else ""
        url = link or entry_url(feed_url, entry.identity or entry.title)
        try:
            if present := self._find(url):
                return present
            try:
                if not link:
                    raise PageError("The entry has no page", "")
                page = self._fetcher.fetch(link)
                if present := self._find(page.url):
                    return present
                clip = with_entry(clip_page(page), entry)
            except PageError as error:
                clip = self._from_feed(url, feed, entry, error)
            return self._save(clip)
        except PageError as error:
            return Result(url, Status.FAILED, reason=str(error))

    def _from_feed(self, url: str, feed: Feed, entry: Entry, error: PageError) -> Clip:
        """Return what a feed has of an entry; if it has nothing, what is wrong with the page is the error to report."""
        try:
            return clip_entry(entry, url, feed.title)
        except PageError as no_text:
            raise (error if error.hint else no_text) from None

    def _find(self, url: str) -> Result | None:
        path = self._present.get(page_key(url))
        return Result(url, Status.PRESENT, path) if path else None

    def _save(self, clip: Clip) -> Result:
        path = save(clip, self._corpus.root)
        self._present[page_key(clip.url)] = path
        return Result(clip.url, Status.SAVED, path, clip.title)


def _stated_urls(corpus: Corpus, path: str) -> Iterable[str]:
    """Return the addresses in the front matter of an article, or else in its first paragraph."""
    try:
        text = corpus.text(path)[:LONGEST_HEAD].removeprefix(BYTE_ORDER_MARK)
    except UnreadableFile:
        return ()
    end = f"\n{text[:3]}" if text.startswith(("---", "+++")) else "\n\n"
    return _URL_FIELD.findall(text.partition(end)[0])


def _is_feed(page: Page) -> bool:
    """Whether a page is a feed, whatever the server calls it.

    Raises:
        PageError: it is XML of another kind.
    """
    if page.media_type not in HTML_TYPES | XML_TYPES and not page.data.lstrip().startswith(b"<?xml"):
        return False
    beginning = decoded(page.data[:_SNIFFED], page.charset)
    if _FEED.match(beginning):
        return True
    if page.media_type in XML_TYPES and not _PAGE.match(beginning):
        raise PageError("The page is XML, but no feed", "Save it as a file in the corpus.")
    return False
