"""Answers written by a language model: never shown if the articles' own words are the better answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from qa.answering.acceptance import is_bare, objection
from qa.answering.material import Material, asked, material_of, prompt_of
from qa.datatypes import NOT_ANSWERED, UNSURE, Answer, Citation, Statement
from qa.errors import LLMError
from qa.grounding.citations import Cite, Stretch
from qa.grounding.support import SupportClassifier
from qa.llm.chat import OnText, chat
from qa.llm.context import context_of
from qa.llm.prompt import Prompt
from qa.llm.providers import open_model
from qa.llm.reply import Sentence, is_statement, refuses, sentences_of, statements_of, without_verdict
from qa.llm.search_results import CitedReply, cites_search_results, search_result_messages
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_AGAIN = "Another model may do better."


def open_writer(
    settings: Settings, model: LLM | None, name: str, network: SpanNetwork, count_tokens: Callable[[str], int]
) -> AnswerWriter:
    """Return what writes answers with a model called ``name``, or else with the one that the settings name.

    Raises:
        UsageError: the model's name is wrong, or what its provider needs is missing.
    """
    chosen = model or open_model(settings)
    assert chosen is not None
    # A server is asked only when there is something to write; a model that was given has none.
    context = cache(lambda: context_of(settings).tokens if model is None else settings.llm_context)
    support = SupportClassifier(network, load_calibration(SHIPPED))
    return AnswerWriter(chosen, name, count_tokens, context, settings.strict, support)


class AnswerWriter:
    """Writes answers with a language model and checks each sentence.

    Args:
        model: any LlamaIndex model.
        name: its name in answers and messages.
        count_tokens: returns the number of tokens of a text; need not use the model's own tokenizer.
        context: returns the size of the model's context window, in tokens.
        strict: omit unsupported sentences instead of marking them.
        support: finds the evidence for a sentence.
    """

    def __init__(
        self,
        model: LLM,
        name: str,
        count_tokens: Callable[[str], int],
        context: Callable[[], int],
        strict: bool,
        support: SupportClassifier,
    ) -> None:
        self._model = model
        self._name = name
        self._count_tokens = count_tokens
        self._context = context
        self._strict = strict
        self._support = support

    def write(self, extractive: Answer, cite: Cite, on_text: OnText = lambda _: None) -> Answer:
        """Return an answer written from the sentences that ``extractive``, which must not be a refusal, cites.

        Raises:
            LLMError: the model failed, or what it wrote is worse than the extractive answer.
        """
        material = material_of(extractive)
        prompt = prompt_of(extractive, material, self._context(), self._count_tokens)
        sentences = self._sentences(prompt, on_text)
        if refuses(sentences):
            return self._refused(extractive)
        if extractive.short_answer is None:
            sentences = without_verdict(sentences)
        written = statements_of(sentences, asked(extractive))
        statements, citations = self._check(written, asked(extractive), prompt, material, cite)
        if is_bare(extractive, statements):
            return extractive
        if problem := objection(extractive, statements, self._name):
            raise LLMError(problem, _AGAIN)
        return self._replaced(extractive, statements, citations, len(material.cited) - len(prompt.sources))

    def _sentences(self, prompt: Prompt, on_text: OnText) -> list[Sentence]:
        """Return the sentences that the model writes, with their sources if its provider names them."""
        if not cites_search_results(self._model):
            return sentences_of(chat(self._model, self._name, prompt.messages, on_text))
        reply = CitedReply()
        chat(self._model, self._name, search_result_messages(prompt), on_text, reply.add)
        return reply.sentences()

    def _refused(self, extractive: Answer) -> Answer:
        """Return a refusal if the reader was unsure as well.

        Raises:
            LLMError: it was not, or a composer has put together what several articles say.
        """
        if extractive.short_answer is None or extractive.certainty != UNSURE:
            raise LLMError(f"{self._name} found no answer in the articles' sentences", _AGAIN)
        reason = "the model found no answer in the sentences that were most likely to have it"
        refusal = replace(extractive, answered=False, short_answer=None, text=NOT_ANSWERED, statements=(), citations=())
        return replace(refusal, engine=self._name, reason=reason)

    def _replaced(
        self, extractive: Answer, statements: tuple[Statement, ...], citations: tuple[Citation, ...], left_out: int
    ) -> Answer:
        """Return an extractive answer with these statements, after what it says of the corpus as a whole."""
        shown = tuple(statement for statement in statements if statement.supported or not self._strict)
        counts = tuple(statement for statement in extractive.statements if not statement.citations)
        notice = f"{left_out} of the sentences found did not fit into the model's context." if left_out > 0 else ""
        return replace(
            extractive,
            text=" ".join(statement.text for statement in (*counts, *shown)),
            statements=(*counts, *shown),
            citations=citations,
            engine=self._name,
        ).with_notice(notice)

    def _check(
        self, sentences: Sequence[Sentence], question: str, prompt: Prompt, material: Material, cite: Cite
    ) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
        """Return the sentences as statements, each citing the evidence for it."""
        statements: list[Statement] = []
        numbers: dict[tuple[int, int, int], int] = {}
        citations: list[Citation] = []
        for sentence in sentences:
            cited = [prompt.sources[index].passage for index in sentence.cited if index < len(prompt.sources)]
            # "Seal." says nothing without its question, and stands in sentences about something else.
            claim = sentence.text if is_statement(sentence.text) else f"{question} {sentence.text}"
            evidence = self._support.evidence(claim, cited, material.passages)
            for stretch in evidence:
                if stretch.location not in numbers:
                    numbers[stretch.location] = len(numbers) + 1
                    quote = Stretch.of_passage(material.passages[stretch.passage], stretch.start, stretch.end)
                    citations.append(cite(numbers[stretch.location], quote))
            marks = tuple(sorted({numbers[stretch.location] for stretch in evidence}))
            statements.append(Statement(sentence.text, marks, supported=bool(evidence)))
        return tuple(statements), tuple(citations)
