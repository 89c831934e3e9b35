"""What a language model is given to write an answer from: the sentences cited, and others that bear on the question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from qa.datatypes import Answer, Citation, CleanText, Layout, Offsets, Passage, Scores, Statement
from qa.datatypes.clean_text import Run
from qa.llm.prompt import Prompt, Source, build_prompt
from qa.questions.types import QuestionType
from qa.text.sanitizing import single_line

FROM_READING = (QuestionType.FACT, QuestionType.LIST, QuestionType.REASON, QuestionType.YES_NO)
"""Types of questions that single sentences answer: neighbours say what their pronouns mean, other passages mislead."""
_UNRANKED = Scores(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences for a model to write from."""

    passages: tuple[Passage, ...]
    """The passages that they stand in."""
    cited: tuple[Source, ...]
    """The sentences that the extractive answer cites, in its order, perhaps with their neighbours."""
    further: tuple[Source, ...]
    """Other sentences, most relevant first; none if single sentences answer the question."""


def material_of(answer: Answer) -> Material:
    """Return the material of an extractive answer."""
    passages = list(answer.passages)
    cited: dict[tuple[int, Offsets], Source] = {}
    neighbours = 1 if QuestionType(answer.question_type) in FROM_READING else 0
    for statement in answer.statements:
        for citation in _citations(answer, statement):
            index = _passage_with(passages, citation)
            if index is None:
                index = len(passages)
                passages.append(_passage_of(citation))
            sentences = passages[index].layout.sentences
            quoted = [number for number, each in enumerate(sentences) if _quotes(citation, passages[index], each)]
            for number in _extended(quoted, neighbours, len(sentences)):
                label = answer.label(statement) if number in quoted else ""
                cited.setdefault((index, sentences[number]), _source(passages, index, sentences[number], label))
    further = () if neighbours else sources_of(answer.passages, without=cited.keys())
    return Material(tuple(passages), tuple(cited.values()), further)


def sources_of(
    passages: Sequence[Passage], without: Collection[tuple[int, Offsets]] = frozenset()
) -> tuple[Source, ...]:
    """Return the sentences of passages, ``without`` those of which it has index of passage and offsets."""
    return tuple(
        _source(passages, index, offsets)
        for index, passage in enumerate(passages)
        for offsets in passage.layout.sentences
        if (index, offsets) not in without
    )


def prompt_of(answer: Answer, material: Material, context: int, count: Callable[[str], int]) -> Prompt:
    """Return the prompt for an answer with as much of its material as it may have.

    Args:
        answer: the extractive answer.
        material: its material.
        context: tokens that the model can read and write at once.
        count: returns the number of tokens of a text.
    """
    sources = material.cited + material.further
    kind = QuestionType(answer.question_type)
    return build_prompt(asked(answer), kind, answer.short_answer, sources, context, count)


def asked(answer: Answer) -> str:
    """Return the question of an answer as one that needs no conversation before it."""
    return answer.standalone_question or answer.question


def _citations(answer: Answer, statement: Statement) -> Iterator[Citation]:
    return (citation for citation in answer.citations if citation.number in statement.citations)


def _passage_with(passages: list[Passage], citation: Citation) -> int | None:
    """Return the index of the passage that contains a quote."""
    return next(
        (
            index
            for index, passage in enumerate(passages)
            if passage.path == citation.path
            and any(_quotes(citation, passage, offsets) for offsets in passage.layout.sentences)
        ),
        None,
    )


def _quotes(citation: Citation, passage: Passage, offsets: Offsets) -> bool:
    """Whether a citation quotes any of the characters ``offsets`` of a passage's clean text."""
    in_file = passage.layout.clean.in_file(*offsets)
    return in_file is not None and in_file[0] < citation.end and citation.start < in_file[1]


def _passage_of(citation: Citation) -> Passage:
    """Return the passage that is a quote and no more."""
    text = citation.text or single_line(citation.quote)
    clean = CleanText(text, (Run(0, citation.start, citation.end - citation.start),))
    return Passage(
        path=citation.path,
        title=citation.title,
        published=citation.published,
        start=citation.start,
        end=citation.end,
        line_start=citation.line_start,
        line_end=citation.line_end,
        text=citation.quote,
        rank=0,
        scores=_UNRANKED,
        layout=Layout(clean, sentences=((0, len(text)),), context=citation.title),
    )


def _extended(numbers: list[int], by: int, count: int) -> range:
    """Return the range of sentences from the first to the last of ``numbers``, and ``by`` more on either side."""
    return range(max(0, numbers[0] - by), min(count, numbers[-1] + 1 + by)) if numbers else range(0)


def _source(passages: Sequence[Passage], index: int, offsets: Offsets, label: str = "") -> Source:
    passage = passages[index]
    day = passage.published.isoformat() if passage.published else ""
    text = single_line(passage.layout.text[slice(*offsets)])
    return Source(
        passage=index,
        start=offsets[0],
        end=offsets[1],
        text=f"{label} {text}".strip(),
        heading=" | ".join(part for part in (single_line(passage.title), day) if part),
    )
