"""Answers written by a language model from retrieved passages, with every sentence checked against them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.datatypes import NOT_ANSWERED, Answer, Citation, Statement
from qa.errors import LLMError
from qa.grounding.citations import Cite, Stretch
from qa.grounding.evidence import supporting_evidence
from qa.llm.chat import OnText, chat
from qa.llm.prompt import Prompt, build_prompt, rewriting_prompt, visible
from qa.llm.reply import Sentence, refuses, sentences_of

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_LONGEST_QUESTION = 400
"""Maximum length of a rewritten question in characters; a longer reply is not a question."""


class AnswerWriter:
    """Writes answers with a language model and checks each sentence.

    Args:
        model: any LlamaIndex model.
        name: its name in answers and messages.
        count_tokens: returns the number of tokens of a text; need not use the model's own tokenizer.
        context: size of the model's context window, in tokens.
        strict: omit unsupported sentences instead of marking them.
    """

    def __init__(self, model: LLM, name: str, count_tokens: Callable[[str], int], context: int, strict: bool) -> None:
        self._model = model
        self._name = name
        self._count_tokens = count_tokens
        self._context = context
        self._strict = strict

    def write(self, extractive: Answer, cite: Cite, on_text: OnText = lambda _: None) -> Answer:
        """Return an answer written from the passages of ``extractive``, which must not be a refusal.

        Raises:
            LLMError: the model failed, or wrote nothing that the passages support.
        """
        question = extractive.standalone_question or extractive.question
        prompt = build_prompt(question, extractive.passages, self._context, self._count_tokens)
        sentences = sentences_of(chat(self._model, self._name, prompt.messages, on_text))
        notice = f"{prompt.dropped} passages did not fit into the model's context window." if prompt.dropped else ""
        if refuses(sentences):
            reason = "the model found no answer in the passages"
            return replace(_refused(extractive), engine=self._name, reason=reason).with_notice(notice)
        statements, citations = self._check(sentences, prompt, cite)
        if not any(statement.supported for statement in statements):
            raise LLMError(f"The articles support nothing that {self._name} wrote", "Ask again, or try another model.")
        text = " ".join(statement.text for statement in statements)
        return replace(
            extractive,
            short_answer=_contained(extractive.short_answer, text),
            text=text,
            statements=statements,
            citations=citations,
            engine=self._name,
        ).with_notice(notice)

    def rewrite(self, question: str, previous: Answer, on_text: OnText = lambda _: None) -> str | None:
        """Return a follow-up question rewritten to be understood alone; None if the model fails to do so."""
        before = previous.standalone_question or previous.question
        messages = rewriting_prompt(question, before, previous.short_answer or previous.text)
        try:
            reply = chat(self._model, self._name, messages, on_text)
        except LLMError:
            return None
        line = " ".join(visible(reply).split()).strip("\"' ")
        return line if 0 < len(line) <= _LONGEST_QUESTION else None

    def _check(
        self, sentences: Sequence[Sentence], prompt: Prompt, cite: Cite
    ) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
        """Return the sentences as statements, each citing the evidence for it."""
        statements: list[Statement] = []
        numbers: dict[tuple[int, int, int], int] = {}
        citations: list[Citation] = []
        for sentence in sentences:
            evidence = supporting_evidence(sentence.text, sentence.cited, prompt.passages)
            if not evidence and self._strict:
                continue
            for stretch in evidence:
                if stretch.location not in numbers:
                    numbers[stretch.location] = len(numbers) + 1
                    passage = prompt.passages[stretch.passage]
                    quote = Stretch.of_passage(passage, stretch.start, stretch.end)
                    citations.append(cite(numbers[stretch.location], quote))
            cited = tuple(sorted({numbers[stretch.location] for stretch in evidence}))
            statements.append(Statement(sentence.text, cited, supported=bool(evidence)))
        return tuple(statements), tuple(citations)


def _contained(phrase: str | None, text: str) -> str | None:
    """Return the phrase if the text contains it."""
    return phrase if phrase and phrase.casefold() in text.casefold() else None


def _refused(answer: Answer) -> Answer:
    return replace(answer, answered=False, short_answer=None, text=NOT_ANSWERED, statements=(), citations=())
