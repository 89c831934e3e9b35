"""The whole assistant behind one object: what the CLI, the terminal UI and Python code use."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from qa import pipeline
from qa.answering.resources import Resources
from qa.corpus import Corpus
from qa.datatypes import NO_FILTER, Answer, Document, Filter, IndexReport, Passage
from qa.errors import LLMError
from qa.filtering import KnownNames, known_names, resolve
from qa.index import Index
from qa.index.locations import storage_of
from qa.index.maintenance import Maintenance
from qa.index.manifest import Manifest
from qa.index.newest import NewestIndex
from qa.index.progress import OnProgress
from qa.models.embedding import Embedder
from qa.pipeline import OnStep
from qa.questions.limits import require_readable
from qa.questions.spelling import Spelling, correct_spelling
from qa.questions.types import QuestionType
from qa.reader.network import SpanNetwork
from qa.settings import Settings, cache_folder

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from qa.answering.written import AnswerWriter
    from qa.index.articles import ArticleStatus
    from qa.llm.chat import OnText

OnNotice = Callable[[str], None]
"""Called with one line for the user that is not part of the answer."""


class Assistant:
    """Answers questions about one corpus from its index; nothing heavy is loaded before it is needed."""

    def __init__(self, settings: Settings, on_notice: OnNotice = lambda _: None, llm: LLM | None = None) -> None:
        self.settings = settings
        """The settings it was opened with."""
        self.corpus = Corpus.configured(settings)
        """The folder of articles."""
        self._embedder = Embedder(settings.model, cache_folder(), on_notice)
        self._network = SpanNetwork(cache=cache_folder())
        self._llm = llm
        self._opened_writer: AnswerWriter | None = None
        self._storage = storage_of(settings)
        self._newest = NewestIndex(self._storage, self._wanted_manifest)
        self._maintenance = Maintenance(self._storage, self._newest, self.corpus, lambda: self._embedder, on_notice)

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def index(self) -> Index:
        """The newest state of the index; what is read from it stays so until the next question.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch: it cannot be used.
        """
        return self._newest.open()

    def refresh(self, rebuild: bool = False, on_progress: OnProgress = lambda _: None) -> IndexReport:
        """Bring the index up to date with the corpus; build it from scratch if asked to, or if it is outdated.

        Raises:
            CorpusError: the corpus is missing or contains no readable article; nothing is written.
            IndexMismatch, IndexDamaged: the index cannot be updated; ``rebuild`` replaces it.
            IndexLocked: another process is writing it.
            IndexNotWritten: the disk is full or the folder is read-only.
        """
        return self._maintenance.refresh(rebuild, on_progress)

    def refresh_if_possible(self, on_progress: OnProgress = lambda _: None) -> IndexReport | None:
        """Bring the index up to date; if it cannot be written now, say so and use the old one.

        An index on servers is left as it is: listing millions of files takes minutes, so ``qa index --watch`` does it.

        Raises:
            CorpusError, IndexMismatch, IndexDamaged: as ``refresh``.
            IndexLocked, IndexNotWritten: it cannot be written and there is no old one.
        """
        return self._maintenance.refresh_if_possible(on_progress)

    def require_index(self) -> None:
        """Check that questions can be answered from the index as it is.

        Raises:
            CorpusError, UnusableIndex: the corpus is missing, or empty, or the index cannot be used.
        """
        self._maintenance.require_index()

    def compact(self, on_begin: Callable[[], None] = lambda: None) -> None:
        """Merge what many updates have written in small pieces.

        No answer changes, questions can be asked meanwhile, and it can be interrupted at any time. ``on_begin`` is
        called if there is something to do, which may take minutes in a large index.

        Raises:
            UnusableIndex, IndexNotWritten: the index cannot be read, or not be written.
        """
        self._storage.for_writing().compact(on_begin)

    def search(
        self,
        query: str,
        top_k: int | None = None,
        filter: Filter = NO_FILTER,  # noqa: A002  # reads naturally
    ) -> list[Passage]:
        """Return the passages of articles in ``filter`` that bear on ``query``, its spelling corrected, best first.

        Raises:
            UsageError: the query contains no words, or is too long, or no article has a name in the filter.
        """
        require_readable(query, "query")
        with self._resources() as resources:
            limits = resolve(filter, resources.index)
            text = correct_spelling(query, resources.index.vocabulary).text
            return pipeline.retrieve(text, replace(resources, scope=limits.exact), top_k)

    def known_names(self) -> KnownNames:
        """Return the outlets, authors and tags that a filter may name, with the number of articles of each."""
        with self._resources() as resources:
            return known_names(resources.index)

    def check_spelling(self, query: str) -> Spelling:
        """Return a query, unless it is too long, with the words corrected that are misspelt words of the articles."""
        require_readable(query, "query")
        with self._resources() as resources:
            return correct_spelling(query, resources.index.vocabulary)

    def articles(self) -> list[ArticleStatus]:
        """Return every article in the corpus or the open index, by path; of an index on servers, those it has.

        Raises:
            CorpusError: the corpus is missing or empty.
        """
        from qa.index.articles import indexed_articles, list_articles

        listing = None if self._storage.is_shared else self.corpus.require_articles()
        if listing and self._storage.current() is None:
            return list_articles(self.corpus, listing)
        with self._resources() as resources:
            index = resources.index
            return list_articles(self.corpus, listing, index) if listing else indexed_articles(index)

    def word_counts(self, paths: Collection[str]) -> dict[str, int]:
        """Return how many words the index has of each of the articles at ``paths``, by path, if they are indexed."""
        from qa.index.articles import count_words

        with self._resources() as resources:
            return count_words(resources.index, paths)

    def article(self, path: str) -> Document:
        """Read the article at ``path``, relative to the corpus, as it is now.

        Raises:
            UsageError: there is no such article, or it cannot be read.
        """
        return self.corpus.show(path)

    def ask(
        self,
        question: str,
        previous: Answer | None = None,
        on_step: OnStep = lambda _: None,
        on_text: OnText = lambda _: None,
        *,
        filter: Filter | None = None,  # noqa: A002  # as in ``search``
        all_articles: bool = False,
        after: Answer | None = None,
    ) -> Answer:
        """Answer ``question`` from the corpus, each statement cited, or say that the corpus does not answer it.

        With ``previous``, the answer before, a follow-up ("and when was that?") is completed from it;
        ``Answer.standalone_question`` says how. If a language model is configured, it writes the answer, and
        ``on_text`` receives the pieces as they come, not yet checked; if it fails, ``Answer.notice`` says why.
        Only articles that meet ``filter`` are searched; without one, that of ``previous`` goes on. A question may mean
        only some of these ("according to The Verge"); with ``all_articles``, it is answered from all, and no filter
        goes on. ``after`` is the deprecated name of ``previous``.

        Raises:
            UsageError: the question is empty, too long or contains only stop words, no article has a name in the
                filter, or the model's name is wrong.
            LLMError: the model failed, and ``llm_required`` is set.
        """
        if after is not None:
            warnings.warn("after is now called previous", DeprecationWarning, stacklevel=2)
        extractive = self.find(question, previous or after, on_step, filter=filter, all_articles=all_articles)
        return self.write(extractive, on_step, on_text)

    def find(
        self,
        question: str,
        previous: Answer | None = None,
        on_step: OnStep = lambda _: None,
        *,
        filter: Filter | None = None,  # noqa: A002  # as in ``search``
        all_articles: bool = False,
    ) -> Answer:
        """Answer like ``ask``, but always in the articles' own sentences; an exception from ``on_step`` ends it."""
        require_readable(question)
        question = " ".join(question.split())
        if filter is None:
            filter = previous.filter if previous and not all_articles else NO_FILTER  # noqa: A001
        with self._resources() as resources:
            return pipeline.answer_question(question, resources, previous, on_step, filter, all_articles)

    def write(self, extractive: Answer, on_step: OnStep = lambda _: None, on_text: OnText = lambda _: None) -> Answer:
        """Return an extractive answer as the model writes it from the same passages; as it is unless ``will_write``.

        An exception from ``on_text``, which is called about ten times a second, ends it. The index is not used, so any
        thread may call this.

        Raises:
            UsageError: the model's name is wrong.
            LLMError: it failed, and ``llm_required`` is set.
        """
        if not self.will_write(extractive) or (writer := self._writer()) is None:
            return extractive
        try:
            return pipeline.write_answer(extractive, writer, self.corpus, on_step, on_text)
        except LLMError as error:
            if self.settings.llm_required:
                raise
            return extractive.with_notice(f"{error} This is the answer without it.")

    def will_write(self, extractive: Answer) -> bool:
        """Whether ``write`` asks a model: not if there is nothing to write from, and if it might choose a side."""
        is_listing = extractive.question_type == QuestionType.WHICH_ARTICLES.value
        stays = not extractive.is_stated or extractive.disagreement or is_listing
        return bool(self.model_name) and not stays

    @property
    def model_name(self) -> str:
        """The name of the language model that writes answers; empty if none does."""
        name = self._llm.metadata.model_name if self._llm is not None else ""
        return name if self.settings.llm in (None, "none") else self.settings.llm

    def check_model(self) -> None:
        """Check the configured language model's name and what its provider needs; nothing is sent to it.

        Raises:
            UsageError: the provider is unknown, or what it needs is not set.
        """
        self._writer()

    def warm_up(self) -> None:
        """Load now what the first question would load; it raises what ``ask`` raises."""
        with self._resources() as resources:
            pipeline.warm_up(resources)

    def close(self) -> None:
        """Release the index; it is opened again when needed."""
        self._newest.close()

    def _wanted_manifest(self) -> Manifest:
        return Manifest.describing(self._embedder.card, self.corpus, self._storage.local)

    @contextmanager
    def _resources(self) -> Iterator[Resources]:
        """Provide what answering needs, from one state of the index."""
        settings = self.settings
        with self._newest.reading() as index:
            yield Resources(self.corpus, index, self._embedder, self._network, settings.top_k, settings.min_confidence)

    def _writer(self) -> AnswerWriter | None:
        """Return what writes answers, if a model is configured or was given."""
        if self._opened_writer is None and self.model_name:
            # The client libraries take a second to import.
            from qa.answering.written import open_writer

            count = self._embedder.count_tokens
            self._opened_writer = open_writer(self.settings, self._llm, self.model_name, self._network, count)
        return self._opened_writer
