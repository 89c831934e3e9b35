"""Answers written by a language model from the passages of an extractive one, each sentence held against them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.answering.extractive import Cite
from qa.datatypes import NOT_ANSWERED, Answer, Citation, Passage, Statement
from qa.errors import LLMError
from qa.llm.chat import OnText, chat
from qa.llm.prompt import Prompt, build_prompt, rewriting_prompt, visible
from qa.llm.reply import Sentence, refuses, sentences_of
from qa.llm.support import NEARLY, Support, find_support

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_LONGEST_QUESTION = 400
"""Characters of a rewritten question; a longer one is no question."""


class WrittenAnswerer:
    """Lets a model write, and checks what it wrote."""

    def __init__(
        self, model: LLM, name: str, cite: Cite, count: Callable[[str], int], context: int, strict: bool
    ) -> None:
        self._model = model
        self._name = name
        self._cite = cite
        self._count = count
        self._context = context
        self._strict = strict

    def answer(self, found: Answer, on_text: OnText = lambda _: None) -> Answer:
        """Return an answer written from the passages of ``found``, which has to be one.

        Raises:
            LLMError: the model failed, or wrote nothing that the passages support.
        """
        prompt = build_prompt(found.standing or found.question, found.passages, self._context, self._count)
        sentences = sentences_of(chat(self._model, self._name, prompt.messages, on_text))
        notice = f"{prompt.dropped} passages did not fit into the model's context." if prompt.dropped else ""
        if refuses(sentences):
            reason = "the model finds no answer in the passages"
            return replace(_refused(found), engine=self._name, reason=reason, notice=notice)
        statements, citations = self._checked(sentences, prompt)
        if not any(statement.supported for statement in statements):
            raise LLMError(
                f"Nothing that the model {self._name} wrote is in the articles", "Ask again, or another model."
            )
        text = " ".join(statement.text for statement in statements)
        short = found.short if found.short and found.short.casefold() in text.casefold() else None
        return replace(
            found, short=short, text=text, statements=statements, citations=citations, engine=self._name, notice=notice
        )

    def rewritten(self, question: str, before: Answer) -> str | None:
        """Return a question that leans on the one before as it would stand alone; None if the model can not."""
        asked = rewriting_prompt(question, before.standing or before.question, before.short or before.text)
        try:
            reply = chat(self._model, self._name, asked)
        except LLMError:
            return None
        line = " ".join(visible(reply).split()).strip("\"' ")
        return line if 0 < len(line) <= _LONGEST_QUESTION else None

    def _checked(
        self, sentences: Sequence[Sentence], prompt: Prompt
    ) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
        statements: list[Statement] = []
        numbers: dict[tuple[int, int, int], int] = {}
        citations: list[Citation] = []
        for sentence in sentences:
            supports = _supports(sentence, prompt.passages)
            if not supports and self._strict:
                continue
            for one in supports:
                if (key := (one.passage, one.start, one.end)) not in numbers:
                    numbers[key] = len(numbers) + 1
                    citations.append(self._cite(numbers[key], prompt.passages[one.passage], one.start, one.end))
            places = tuple(sorted({numbers[one.passage, one.start, one.end] for one in supports}))
            statements.append(Statement(sentence.text, places, supported=bool(supports)))
        return tuple(statements), tuple(citations)


def _supports(sentence: Sentence, passages: Sequence[Passage]) -> list[Support]:
    """Return what carries a sentence: each passage that it cites and that does, else the best of all."""
    best = find_support(sentence.text, passages)
    if best is None or not best.holds:
        return []
    cited = [number - 1 for number in sentence.cited if 1 <= number <= len(passages)]
    own = [(place, find_support(sentence.text, [passages[place]])) for place in cited]
    held = [
        replace(one, passage=place)
        for place, one in own
        if one is not None and one.holds and one.share >= best.share - NEARLY
    ]
    return held or [best]


def _refused(found: Answer) -> Answer:
    return replace(found, answered=False, short=None, text=NOT_ANSWERED, statements=(), citations=())
