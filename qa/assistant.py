"""The whole assistant behind one object: what the CLI, the terminal UI and Python code use."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from qa.answering.extractive import ExtractiveAnswerer
from qa.citations import Citer
from qa.corpus import Corpus
from qa.datatypes import Answer, Document, IndexReport, Passage
from qa.embedding import Embedder
from qa.errors import IndexLocked, IndexNotWritten, LLMError, UsageError
from qa.followups import standing_question
from qa.grounding import Decider
from qa.index import Generations, Index
from qa.index.generations import Manifest
from qa.index.update import Progress, Updater
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.reader.spans import SpanReader
from qa.retrieval import Retriever
from qa.settings import Settings, cache_folder, load_settings
from qa.words import content_words, words

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from qa.answering.written import WrittenAnswerer
    from qa.library import Article
    from qa.llm.chat import OnText

Notice = Callable[[str], None]
"""Takes one line for the user that is no part of the answer."""
Step = Callable[[str], None]
"""Takes the name of what begins now: ``searching``, ``reading``."""


class Assistant:
    """Answers questions about one corpus from its index. Nothing heavy is loaded before it is needed."""

    def __init__(self, settings: Settings, notice: Notice = lambda _: None, llm: LLM | None = None) -> None:
        self.settings = settings
        """What it was opened with."""
        self.corpus = Corpus(settings.corpus_root)
        """The folder of articles."""
        self._notice = notice
        self._embedder = Embedder(settings.model, cache_folder(), notice)
        self._network = SpanNetwork(cache=cache_folder())
        self._llm = llm
        self._generations = Generations(settings.index_root)

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def index(self) -> Index:
        """The index as it was when first used after opening or refreshing.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch: it can not be used.
        """
        index = Index.open(self._generations.root)
        wanted = Manifest.describing(self._embedder.card, self.corpus.root, self._generations.root)
        index.manifest.require_same(wanted)
        return index

    def refresh(self, rebuild: bool = False, progress: Progress = lambda _: None) -> IndexReport:
        """Bring the index up to date with the corpus, or build it from scratch.

        Raises:
            CorpusError: the corpus is missing or holds no readable article; nothing is written.
            IndexMismatch, IndexDamaged: the index can not be continued; ``rebuild`` mends it.
            IndexLocked: another process is writing it.
        """
        report = Updater(self._generations, self.corpus, self._embedder, progress).run(rebuild)
        self.close()
        return report

    def refresh_if_possible(self, progress: Progress = lambda _: None) -> IndexReport | None:
        """Bring the index up to date; where it can not be written now, say so and keep the old one.

        Raises:
            CorpusError, IndexMismatch, IndexDamaged: as ``refresh``.
            IndexLocked, IndexNotWritten: it can not be written and there is no old one.
        """
        try:
            return self.refresh(progress=progress)
        except (IndexLocked, IndexNotWritten) as problem:
            if self._generations.current() is None:
                raise
            self._notice(f"Answering from the index as it is: {problem}")
            return None

    def search(self, query: str, top_k: int | None = None) -> list[Passage]:
        """Return the passages that bear on ``query``, best first.

        Raises:
            UsageError: the query holds no word.
        """
        if not words(query):
            raise UsageError("The query holds no word", "Say what to look for.")
        self._warm_up_search()
        return Retriever(self.index, self._embedder).search(query, top_k or self.settings.top_k)

    def articles(self) -> list[Article]:
        """Return every article that the corpus or the index as opened know; nothing is read or written.

        Raises:
            CorpusError: the corpus is missing or empty.
        """
        from qa.library import list_articles

        files = self.corpus.require_files()
        if self._generations.current() is None:
            return list_articles(files, (), ())
        return list_articles(files, self.index.documents(), self.index.skipped())

    def article(self, path: str) -> Document:
        """Read the article at ``path``, relative to the corpus, as it is now.

        Raises:
            UsageError: it is no article, or can not be read.
        """
        return self.corpus.show(path)

    def ask(
        self,
        question: str,
        after: Answer | None = None,
        step: Step = lambda _: None,
        on_text: OnText = lambda _: None,
    ) -> Answer:
        """Answer ``question`` from the corpus, each statement cited, or say that it does not answer.

        With ``after``, the answer before, a question that leans on it ("and when was that?") is understood
        so; ``Answer.standing`` says how. With a language model configured it writes the answer, and
        ``on_text`` takes the pieces as they come, unchecked; where it fails, ``Answer.notice`` says why.

        Raises:
            UsageError: the question is empty or made of stop words only, or the model is misnamed.
            LLMError: the model failed, and ``llm_required`` is set.
        """
        return self.write(self.find(question, after, step), step, on_text)

    def find(self, question: str, after: Answer | None = None, step: Step = lambda _: None) -> Answer:
        """Answer as ``ask`` does, in the articles' own sentences: no model writes."""
        question = " ".join(question.split())
        standing = standing_question(question, after) if after and question else None
        if standing and after and (writer := self._writer()):
            step("understanding")
            standing = writer.rewritten(question, after) or standing
        answer = self._answer(standing or question, step)
        return replace(answer, question=question, standing=standing)

    def write(self, found: Answer, step: Step = lambda _: None, on_text: OnText = lambda _: None) -> Answer:
        """Return the answer that the configured model writes from the passages of ``found``; else ``found``.

        A refusal stays one: the model is not asked. Needs no index, so that any thread may wait for it.

        Raises:
            UsageError: the model is misnamed.
            LLMError: it failed, and ``llm_required`` is set.
        """
        writer = self._writer() if found.answered else None
        if writer is None:
            return found
        step("writing")
        started = time.perf_counter()
        try:
            answer = writer.answer(found, on_text)
        except LLMError as problem:
            if self.settings.llm_required:
                raise
            return replace(found, notice=f"{problem} This is the answer without it.")
        took = round((time.perf_counter() - started) * 1000, 1)
        total = round(found.timings_ms.get("total", 0.0) + took, 1)
        return replace(answer, timings_ms=found.timings_ms | {"write": took, "total": total})

    def check_model(self) -> None:
        """Make sure that the configured model is one; nothing is sent to it.

        Raises:
            UsageError: it has no known provider, or what the provider needs is not set.
        """
        self._writer()

    def _writer(self) -> WrittenAnswerer | None:
        """Return what writes answers, if a model is configured or was given."""
        if self._llm is None and self.settings.llm in (None, "none"):
            return None
        # The client libraries take a second to import.
        from qa.answering.written import WrittenAnswerer
        from qa.llm.models import open_model

        if self._llm is None:
            self._llm = open_model(self.settings)
        assert self._llm is not None
        name = self.settings.llm or self._llm.metadata.model_name
        context = self.settings.llm_context
        return WrittenAnswerer(
            self._llm, name, Citer(self.corpus), self._embedder.count_tokens, context, self.settings.strict
        )

    def _answer(self, question: str, step: Step) -> Answer:
        if not content_words(question):
            raise UsageError("The question names nothing to look for", "Ask with at least one word of substance.")
        step("searching")
        started = time.perf_counter()
        with ThreadPoolExecutor(1) as pool:
            loading = pool.submit(self._network.warm_up)
            passages = self.search(question)
            loading.result()
        step("reading")
        found = time.perf_counter()
        stats = self.index.stats()
        calibration = load_calibration(SHIPPED)
        reader = SpanReader(self._network, calibration, self._embedder, self.index.document_frequency, stats.chunks)
        decider = Decider(self._network, calibration)
        answerer = ExtractiveAnswerer(reader, Citer(self.corpus), decider.decide, self.settings.min_confidence)
        answer = answerer.answer(question, passages, stats)
        done = time.perf_counter()
        timings = {
            "search": (found - started) * 1000,
            "answer": (done - found) * 1000,
            "total": (done - started) * 1000,
        }
        return replace(answer, timings_ms={step: round(took, 1) for step, took in timings.items()})

    def close(self) -> None:
        """Release the index; it is opened again when needed."""
        opened = self.__dict__.pop("index", None)
        if opened is not None:
            opened.close()

    def warm_up(self) -> None:
        """Load now what the first question would load.

        Raises:
            UnusableIndex, ModelError: as ``ask``.
        """
        self._warm_up_search()
        self._network.warm_up()

    def _warm_up_search(self) -> None:
        """Load model and vector store side by side: both wait for the disk more than for the processor."""
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(self.index.warm_up)
            self._embedder.warm_up()
            opening.result()


def open(  # noqa: A001  # `qa.open` reads as what it does
    corpus: str | Path | None = None,
    index: str | Path | None = None,
    *,
    refresh: bool = True,
    notice: Notice = lambda _: None,
    progress: Progress = lambda _: None,
    llm: LLM | str | None = None,
    **options: Any,
) -> Assistant:
    """Open the assistant of a corpus and, unless ``refresh`` is false, bring its index up to date first.

    ``corpus`` and ``index`` default to what ``QA_CORPUS``, ``QA_INDEX`` and ``qa.toml`` say; further
    options are the fields of ``Settings``. ``llm`` is a name such as ``ollama/llama3.2``, or any model of
    LlamaIndex.

    Raises:
        UsageError: an option is not allowed.
        CorpusError: no corpus is named, or it is missing or empty.
        IndexMissing: ``refresh`` is false and nothing was built yet.
        QAError: see its subclasses.
    """
    named = llm if isinstance(llm, str) else None
    settings = load_settings(corpus=corpus, index=index, llm=named, **options)
    assistant = Assistant(settings, notice, None if isinstance(llm, str) else llm)
    if refresh:
        assistant.refresh_if_possible(progress)
    else:
        assistant.corpus.require_files()
        _ = assistant.index
    return assistant
