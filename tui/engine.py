"""Runs the assistant on a separate thread, so that the screen stays responsive while it searches and reads.

A single thread, because an SQLite connection belongs to the thread that opened it. If a caller stops waiting, the
result is dropped when it arrives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, Unpack

import qa
from qa.settings import SettingsOptions
from tui.long_work import ending_with_us, in_thread
from tui.sources import Located, Source

if TYPE_CHECKING:
    from qa.filtering import KnownNames

T = TypeVar("T")

MOST_PASSAGES = 30
"""Passages that a search returns."""


class SearchResults(NamedTuple):
    """What a search returns."""

    query: str
    """The query with its spelling corrected."""
    notice: str
    """That the spelling was corrected, or that no word of the query was found; empty if neither."""
    passages: list[qa.Passage]
    """The passages, best first."""


class Engine:
    """An asynchronous interface to everything that the screens need from ``qa``."""

    def __init__(self, **options: Unpack[SettingsOptions]) -> None:
        self.options = options
        """Fields of ``qa.Settings`` set on the command line."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="qa-engine")
        self._assistant: qa.Assistant | None = None
        self._suggestions: Iterator[str | None] | None = None
        self._last_read: qa.Document | None = None

    @property
    def corpus_root(self) -> Path:
        """The folder of articles; the current folder until the settings are loaded."""
        return self._assistant.corpus.root if self._assistant else Path()

    async def settings(self) -> qa.Settings:
        """Return the settings in effect, and open the assistant with them.

        Raises:
            QAError: a setting is invalid, or no corpus is configured.
        """
        return await self._call(self._open)

    async def articles(self) -> list[qa.ArticleStatus]:
        """Return all articles with their state.

        Raises:
            QAError: the corpus is missing or the index is unusable.
        """
        return await self._call(lambda: self._opened.articles())

    async def is_current(self) -> bool:
        """Whether the index describes the articles as they are now.

        Raises:
            QAError: the corpus is missing, or the index is unusable.
        """

        def compare() -> bool:
            from qa.index.changes import is_current

            return is_current(self._opened.corpus, self._opened.index)

        return await self._call(compare)

    async def article(self, path: str) -> qa.Document:
        """Return the current text of an article; a running question does not delay it.

        Raises:
            QAError: it cannot be read.
        """
        if self._assistant is None:
            await self._call(self._open)
        return await in_thread(lambda: self._read(self._opened, path))

    async def located(self, source: Source) -> Located:
        """Return the article of a source as it is now, and where the quote stands in it."""
        try:
            document = await self.article(source.path)
        except qa.QAError as problem:
            return Located(None, None, source.line, notice=f"{problem.message}.")
        return await asyncio.to_thread(Located.in_document, source, document)

    def file_of(self, source: Source) -> Path:
        """Return the file that has the article of a source."""
        from qa.corpus import file_of  # reads an article: loaded by now

        return self.corpus_root / file_of(source.path)

    def is_text(self, source: Source) -> bool:
        """Whether the article of a source is a text file, so that an editor can open its line."""
        from qa.corpus.loaders import is_text

        return is_text(source.path)

    async def word_counts(self, paths: Collection[str]) -> dict[str, int]:
        """Return how many words each of these articles has, by path, if it is indexed.

        Raises:
            QAError: there is no usable index.
        """
        return await self._call(lambda: self._opened.word_counts(paths))

    async def left_out(self) -> str:
        """Return in words what the corpus has that is not meant to be read; empty if there is nothing.

        Raises:
            QAError: the corpus is missing.
        """
        return await self._call(lambda: self._opened.corpus.scan().left_out.in_words())

    async def known_names(self) -> KnownNames:
        """Return the outlets, authors and tags of the articles, with the number of articles of each.

        Raises:
            QAError: there is no usable index.
        """
        return await self._call(lambda: self._opened.known_names())

    async def full_names(self, chosen: qa.Filter) -> qa.Filter:
        """Return a filter with the full names of outlets and authors.

        Raises:
            QAError: no article has one of the names.
        """

        def resolved() -> qa.Filter:
            from qa.filtering import resolve  # takes 0.01 s, which must not delay the first frame

            return resolve(chosen, self._opened.index).shown

        return await self._call(resolved) if chosen else chosen

    async def search(self, query: str, chosen: qa.Filter) -> SearchResults:
        """Return the passages of the articles ``chosen`` that bear on a query.

        Raises:
            QAError: the query has no words, or there is no usable index.
        """
        return await self._call(lambda: self._search(query, chosen))

    async def warm_up(self) -> None:
        """Load the models and the index.

        Raises:
            QAError: they are unusable.
        """
        await self._call(lambda: self._opened.warm_up())

    async def find(
        self,
        question: str,
        previous: qa.Answer | None,
        on_step: Callable[[str], None],
        chosen: qa.Filter | None = None,
        all_articles: bool = False,
    ) -> qa.Answer:
        """Answer in the articles' own sentences, from the articles ``chosen`` or else from those of ``previous``.

        ``on_step`` is called on another thread.

        Raises:
            QAError: it cannot be answered.
        """
        with ending_with_us(on_step) as report:
            return await self._call(
                lambda: self._opened.find(question, previous, report, filter=chosen, all_articles=all_articles)
            )

    def will_write(self, extractive: qa.Answer) -> bool:
        """Whether a language model is to write this answer."""
        return self._assistant is not None and self._assistant.will_write(extractive)

    @property
    def model_name(self) -> str:
        """The name of the language model, without its provider; empty if there is none."""
        return self._assistant.model_name.rpartition("/")[2] if self._assistant else ""

    async def write(self, extractive: qa.Answer, on_text: Callable[[str], None]) -> qa.Answer:
        """Return the answer as the language model writes it; if cancelled, the model stops at once.

        It runs on another thread than everything else, so that nothing has to wait for it; ``on_text`` is called there.

        Raises:
            QAError: the model has failed and is required.
        """
        with ending_with_us(on_text) as report:
            return await asyncio.to_thread(self._opened.write, extractive, on_text=report)

    async def choose_model(self, name: str) -> None:
        """Use the language model ``name`` from now on; ``none`` uses no model.

        Raises:
            QAError: the provider is unknown, or what it needs is not set.
        """
        await self._call(lambda: self._choose(name))

    async def suggestion(self) -> tuple[bool, str | None]:
        """Try the next candidate; return whether there was one, and the question if the corpus answers it."""
        return await self._call(self._suggest)

    async def reopen(self) -> None:
        """Close the index, so that suggestions come from the new generation too."""
        await self._call(self._close)

    def shut_down(self) -> None:
        """Accept no more calls; do not wait for a running one."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _call(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    @property
    def _opened(self) -> qa.Assistant:
        if self._assistant is None:
            self._open()
        assert self._assistant is not None
        return self._assistant

    def _read(self, assistant: qa.Assistant, path: str) -> qa.Document:
        """Read an article, unless it is the one that was read last and has not changed."""
        last = self._last_read
        if last is not None and last.path == path:
            from qa.corpus import UnreadableFile  # reads an article: loaded by now

            with suppress(UnreadableFile):  # then reading it says why
                if assistant.corpus.fingerprint(path)[0] == last.content_hash:
                    return last
        self._last_read = document = assistant.article(path)
        return document

    def _open(self) -> qa.Settings:
        settings = qa.load_settings(**self.options)
        self._assistant = qa.Assistant(settings)
        return settings

    def _choose(self, name: str) -> None:
        options = self.options.copy()
        options["llm"] = name
        opened = qa.Assistant(qa.load_settings(**options))
        opened.check_model()
        self._close()
        self.options, self._assistant = options, opened

    def _search(self, query: str, chosen: qa.Filter) -> SearchResults:
        from qa.matches import matched, remark  # takes 0.02 s, which must not delay the first frame
        from qa.questions.filter_words import in_words
        from qa.text.english import uncapitalized

        spelling = self._opened.check_spelling(query)
        passages = matched(self._opened.search(query, MOST_PASSAGES, chosen))
        searched = uncapitalized(in_words(chosen)) or "the corpus"
        notice = " ".join(filter(None, (spelling.notice, remark(passages, spelling.text, searched))))
        return SearchResults(spelling.text, notice, passages)

    def _suggest(self) -> tuple[bool, str | None]:
        if self._suggestions is None:
            self._suggestions = qa.suggest_questions(self._opened)
        try:
            return True, next(self._suggestions)
        except StopIteration:
            return False, None

    def _close(self) -> None:
        if self._assistant is not None:
            self._assistant.close()
        self._suggestions = None
