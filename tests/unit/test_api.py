"""The Python API: its public names, the assistant, and the positions of citations and passages."""

from __future__ import annotations

import ast
import inspect
import socket
import unicodedata
from dataclasses import FrozenInstanceError, fields, replace
from importlib import import_module
from pathlib import Path

import pytest

import qa
from tests.conftest import SMALL

QUESTIONS = {
    "seeds": (
        "How many troops moved to Kursk?",
        "Which tank did Kim Jong Un drive?",
        "What did Putin say about new weapons?",
        "Who inspected the North Korean missiles?",
        "What does the deployment mean for Ukraine?",
        "Which alliances raise alarms?",
        "When was the article on troops published?",
        "What do analysts say about the anniversary?",
        "What weapons were tested?",
        "How does the West respond?",
    ),
    "small": (
        "Who bakes rye from midnight?",
        "How many loaves did each bakery sell before the flood?",
        "What did the owner of the piano say?",
        "What was found under the keys of the piano?",
        "Which word did the conductor teach the crowd?",
        "How many people did the boatman carry?",
        "What does the work on the harbour lights cost?",
        "Who was the last keeper?",
        "Who planted the oldest tree?",
        "When does the pie contest close?",
        "How long is the reading room?",
        "How many stops does the tram line have?",
        "What does a single ticket cost?",
        "Where must boats keep to?",
    ),
}


@pytest.fixture(scope="module")
def eager(
    seeds: qa.Assistant, small: qa.Assistant, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[qa.Assistant, qa.Answer]]]:
    """Answers to all questions, by assistants that answer at any confidence."""
    answers: dict[str, list[tuple[qa.Assistant, qa.Answer]]] = {}
    for name, base in (("seeds", seeds), ("small", small)):
        with qa.open(base.corpus.root, base.settings.index_root, refresh=False, min_confidence=0) as assistant:
            answers[name] = [(assistant, assistant.ask(question)) for question in QUESTIONS[name]]
    return answers


def imports_for_type_checkers() -> dict[str, str]:
    """Return the names that ``qa/__init__.py`` imports ``if TYPE_CHECKING``, with their modules."""
    tree = ast.parse(inspect.getsource(qa))
    conditions = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [node for condition in conditions for node in condition.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


def test_all_lists_exactly_the_public_names() -> None:
    """``__all__`` and ``dir()`` list the version and the names that load on first use, as type checkers see them."""
    assert imports_for_type_checkers() == qa._MODULE_OF
    assert sorted([*imports_for_type_checkers(), "__version__"]) == qa.__all__ == dir(qa)


@pytest.mark.parametrize(("name", "module"), imports_for_type_checkers().items())
def test_every_public_name_loads_on_first_use(name: str, module: str) -> None:
    """A name gives the object that importing it from its module gives, and is loaded only once."""
    vars(qa).pop(name, None)

    loaded = getattr(qa, name)

    assert loaded is getattr(import_module(module), name)
    assert loaded is vars(qa)[name]


def test_a_misspelt_name_is_an_attribute_error() -> None:
    """The error quotes the unknown name."""
    with pytest.raises(AttributeError, match="Asistant"):
        _ = qa.Asistant


@pytest.mark.parametrize("name", [name for name in qa.__all__ if name != "__version__"])
def test_every_public_name_is_documented(name: str) -> None:
    """Each name has its own docstring, neither inherited nor the signature that dataclasses generate."""
    docstring = getattr(qa, name).__doc__

    assert docstring
    assert not docstring.startswith(f"{name}(")


def test_an_assistant_searches_answers_and_refreshes(tmp_path: Path) -> None:
    """Opening indexes the corpus for searches and questions, and refreshing it then changes nothing."""
    with qa.open(corpus=SMALL, index=tmp_path / "index") as assistant:
        passages = assistant.search("harbour lights", top_k=3)
        answer = assistant.ask("How long is the reading room of the library?")

        assert [1, 2, 3] == [passage.rank for passage in passages]
        assert "harbour-lights.txt" == passages[0].path
        assert (True, "140 metres") == (answer.answered, answer.short_answer)
        assert qa.IndexStats(generation=1, documents=7, chunks=7) == assistant.index.stats() == answer.index
        assert assistant.refresh().unchanged


def test_the_default_number_of_passages_is_a_setting(small: qa.Assistant) -> None:
    """The number is set when opening, and can be overridden for a single search."""
    with qa.open(SMALL, small.settings.index_root, refresh=False, top_k=2) as assistant:
        assert [2, 4] == [len(assistant.search("harbour")), len(assistant.search("harbour", top_k=4))]


def test_without_refresh_a_missing_index_is_an_error(tmp_path: Path) -> None:
    """Opening raises IndexMissing and creates no index."""
    with pytest.raises(qa.IndexMissing):
        qa.open(corpus=SMALL, index=tmp_path / "index", refresh=False)

    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("question", ["", "   ", "the of and"])
def test_a_question_without_searchable_words_is_an_error(small: qa.Assistant, question: str) -> None:
    """An empty question, or one of stop words only, raises UsageError."""
    with pytest.raises(qa.UsageError):
        small.ask(question)


def test_values_are_immutable_and_hashable(small: qa.Assistant) -> None:
    """No field of an answer or its parts can be assigned, and equal values have equal hashes."""
    answer = small.ask("How long is the reading room of the library?")
    values = (answer, answer.passages[0], answer.citations[0], answer.statements[0], answer.index)

    assert [qa.Answer, qa.Passage, qa.Citation, qa.Statement, qa.IndexStats] == [*map(type, values)]
    for value in values:
        assert hash(value) == hash(replace(value))
        for field in fields(value):
            with pytest.raises(FrozenInstanceError):
                setattr(value, field.name, None)


@pytest.mark.parametrize("name", [*QUESTIONS])
def test_every_citation_is_at_its_offsets(eager: dict[str, list[tuple[qa.Assistant, qa.Answer]]], name: str) -> None:
    """Every article is cited, and quotes are exact in offsets and lines, whatever the encoding and line ends."""
    cited = set()
    for assistant, answer in eager[name]:
        assert answer.citations, answer.question
        for citation in answer.citations:
            text = assistant.corpus.text(citation.path)
            assert citation.quote == text[citation.start : citation.end]
            assert citation.line_start == text.count("\n", 0, citation.start) + 1
            assert citation.line_end == text.count("\n", 0, citation.end) + 1
            assert not citation.stale
            cited.add(citation.path)

    assert cited == {entry.path for entry in eager[name][0][0].index.documents()}


@pytest.mark.parametrize("name", [*QUESTIONS])
def test_every_passage_is_at_its_offsets(eager: dict[str, list[tuple[qa.Assistant, qa.Answer]]], name: str) -> None:
    """Passages are ranked from 1 without a gap, and their text is exact in offsets and lines."""
    for assistant, answer in eager[name]:
        assert answer.passages
        assert [*range(1, len(answer.passages) + 1)] == [passage.rank for passage in answer.passages]
        for passage in answer.passages:
            text = assistant.corpus.text(passage.path)
            assert passage.text == text[passage.start : passage.end]
            assert passage.line_start == text.count("\n", 0, passage.start) + 1
            assert passage.line_end == text.count("\n", 0, passage.end) + 1


@pytest.mark.parametrize("name", [*QUESTIONS])
def test_every_statement_is_supported_by_its_citations(
    eager: dict[str, list[tuple[qa.Assistant, qa.Answer]]], name: str
) -> None:
    """Citations are numbered from 1 without a gap, each is used, and a quote has the words of its statement.

    A statement has composed accents and no marks of emphasis, whatever the file has.
    """
    for _, answer in eager[name]:
        numbers = [citation.number for citation in answer.citations]
        assert [*range(1, len(answer.citations) + 1)] == numbers
        assert {*numbers} == {number for statement in answer.statements for number in statement.citations}
        assert answer.statements
        for statement in answer.statements:
            quote = answer.citations[statement.citations[0] - 1].quote
            assert statement.text.split() == unicodedata.normalize("NFC", quote.replace("*", "")).split()


def test_encoding_and_line_ends_do_not_move_a_citation(tmp_path: Path) -> None:
    """The same article in six encodings is cited at the same line, by characters of its own text."""
    lines = ["News of the coast", "", "The café was open.", "The lighthouse was lit in 1887 by Ada Wren."]
    encodings = {
        "lf": "\n".join(lines).encode(),
        "crlf": "\r\n".join(lines).encode(),
        "utf-8-sig": "\n".join(lines).encode("utf-8-sig"),
        "utf-16": "\n".join(lines).encode("utf-16"),
        "utf-16-crlf": "\r\n".join(lines).encode("utf-16"),
        "cp1252": "\r\n".join(lines).encode("cp1252"),
    }
    for name, data in encodings.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.txt").write_bytes(data)
        with qa.open(corpus=folder, index=tmp_path / f"index {name}") as assistant:
            citation = assistant.ask("Who lit the lighthouse in 1887?").citations[0]
            text = assistant.corpus.text("a.txt")

        assert (name, lines[3], 4, 4) == (name, citation.quote, citation.line_start, citation.line_end)
        assert lines[3] == text[citation.start : citation.end]


def test_without_a_language_model_no_socket_is_opened(seeds: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answering, searching and listing open no connection, not even to this machine."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    with qa.open(seeds.corpus.root, seeds.settings.index_root) as assistant:
        assert assistant.ask("Which Russian defence minister visited North Korea?").answered
        assert assistant.search("Kursk")
        assert assistant.articles()


def test_names_of_version_0_1_0_still_work_with_a_warning(seeds: qa.Assistant) -> None:
    """Deprecated names give the value of the new name and warn, naming it."""
    answer = seeds.ask("Who is North Korea's defence minister?")
    with pytest.warns(DeprecationWarning, match="short_answer"):
        assert answer.short == answer.short_answer
    with pytest.warns(DeprecationWarning, match="standalone_question"):
        assert answer.standing == answer.standalone_question
    with pytest.warns(DeprecationWarning, match="path"):
        assert answer.citations[0].file == answer.citations[0].path
    with pytest.warns(DeprecationWarning, match="previous"):
        assert seeds.ask("and where is he?", after=answer).standalone_question
