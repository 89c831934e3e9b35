"""Everything that reads text which anybody may have written, each as a function that checks what it makes of a text."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import qa
from qa.answering.sentences import sentences_in
from qa.answering.structure.headed_lists import lists_of
from qa.answering.surveys.dated_sentences import dated_sentences
from qa.cli.conversation import load_last_answer
from qa.cli.show import print_article
from qa.corpus.copies import copy_date, copy_of
from qa.corpus.dates import date_marks, parse_date
from qa.corpus.front_matter import front_matter
from qa.corpus.header_lines import header_lines
from qa.corpus.loaders import read_text
from qa.corpus.metadata import describe
from qa.corpus.names import date_of, folder_names, name_of
from qa.corpus.speakers import attribution, name_in_address, speaker_line
from qa.datatypes import Chunk, Document, Turn
from qa.errors import QAError
from qa.evaluation import read_questions
from qa.grounding.evidence import supporting_evidence
from qa.index.chunking import Chunker, options_for
from qa.index.manifest import Manifest
from qa.llm.prompt import Source, build_prompt
from qa.llm.reply import refuses, sentences_of, statements_of
from qa.questions.comparisons import parse_comparison
from qa.questions.followups import standalone_question
from qa.questions.limits import LONGEST_QUESTION, require_readable
from qa.questions.periods import periods_in
from qa.questions.spelling import correct_spelling
from qa.questions.terms import parse_question
from qa.questions.types import QuestionType
from qa.questions.understanding import understand
from qa.reader.coverage import PassageWords, coverage, missing_share
from qa.reader.phrases import stretches
from qa.suggestions.facts import facts_of
from qa.text.clean_text import folded
from qa.text.enumerations import enumeration
from qa.text.sanitizing import mask_controls, single_line, strip_controls
from qa.text.sentences import LONGEST_SENTENCE, sentence_offsets
from tests.torture.consistency import PUBLISHED, Chunks, check_blocks, check_chunks, decoded, retrieved
from tui.preferences import remembered_theme
from tui.sessions.store import SessionStore

Parser = Callable[[str], None]
"""Reads a text; raises an ``AssertionError`` if what it reads is inconsistent, and a ``QAError`` if it refuses it."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


class Parsers:
    """All parsers, over an index of a few articles."""

    def __init__(self, assistant: qa.Assistant, folder: Path) -> None:
        self._assistant = assistant
        self._index = assistant.index
        embedder = assistant._embedder
        self._count = embedder.count_tokens
        self._chunker = Chunker(embedder.tokenizer, options_for(embedder.card.max_tokens))
        self._folder = folder
        self._file = folder / "2025-01-01T000000.jsonl"
        folder.mkdir(parents=True, exist_ok=True)

    def all(self) -> dict[str, Parser]:
        """Return the parsers by name."""
        own = {name.removeprefix("_read_"): getattr(self, name) for name in dir(self) if name.startswith("_read_")}
        return dict(sorted(own.items()))

    def document(self, path: str, text: str) -> Document:
        """Return a text as a document, read as the corpus reads it."""
        from qa.corpus.blocks import blocks_of

        metadata = describe(text, path)
        blocks = tuple(blocks_of(path, text, metadata.body_start))
        return Document(
            path,
            text,
            "utf-8",
            "",
            len(text),
            0,
            metadata.title,
            metadata.source,
            metadata.published,
            metadata.body_start,
            metadata.has_title,
            metadata.fields,
            metadata.notice,
            blocks,
        )

    def chunks(self, document: Document) -> list[Chunk]:
        """Return the chunks of a document."""
        return self._chunker.split(document)

    # Articles

    def _read_metadata(self, text: str) -> None:
        text = decoded(text)
        metadata = describe(text, f"{text[:40]}.md")
        metadata.title.encode(), (metadata.source or "").encode()
        assert 0 <= metadata.body_start <= len(text)
        for field in metadata.fields:
            field.value.encode()
            assert field.name and 0 <= field.start <= field.end <= len(text), field

    def _read_front_matter(self, text: str) -> None:
        for fence in ("---", "+++"):
            head = front_matter(f"{fence}\n{text}\n{fence}\nbody")
            assert head is None or head.body_start <= len(text) + 13

    def _read_header_lines(self, text: str) -> None:
        for whole in (text, f"From: {text}\nSubject: a\n\nbody", f"Title: {text}\n\nbody"):
            head = header_lines(whole)
            assert head is None or head.body_start <= len(whole)

    def _read_dates(self, text: str) -> None:
        parse_date(text[:2_000])
        for mark in date_marks(text.splitlines()[:200]):
            assert mark.text in text
        for named in periods_in(text[:LONGEST_QUESTION], PUBLISHED):
            assert 0 <= named.start <= named.end <= len(text)

    def _read_names(self, text: str) -> None:
        text = text[:255]  # no file system has longer names
        name_of(text), folder_names(text), date_of(text), copy_date(text)
        copy_of(text, {"a.md", text[:5]})

    def _read_speakers(self, text: str) -> None:
        for line in text.splitlines()[:200]:
            for name in (speaker_line(line), attribution(line), name_in_address(line)):
                assert name is None or 0 <= name[0] <= name[1] <= len(line)

    def _read_bytes(self, text: str) -> None:
        for encoding in ("utf-8", "utf-16", "latin-1"):
            read_text(text.encode(encoding, "surrogatepass" if encoding != "latin-1" else "replace"))

    def _read_markdown(self, text: str) -> None:
        self._check_article("a.md", text)

    def _read_plain_text(self, text: str) -> None:
        self._check_article("a.txt", text)

    def _read_comments(self, text: str) -> None:
        from qa.corpus.blocks import blocks_of

        check_blocks(blocks_of("a.md", decoded(text), 0, comments=True), text)

    def _check_article(self, path: str, text: str) -> None:
        document = self.document(path, decoded(text))
        text = document.text
        check_blocks(document.blocks, text)
        chunks = self.chunks(document)
        check_chunks(document, chunks)
        passages = [retrieved(chunk) for chunk in chunks[:3]]
        for sentence in sentences_in(passages):
            sentence.shortcomings, sentence.is_quotable, sentence.stretches()
        for passage in passages:
            assert all(0 <= each.start <= each.end for each in stretches(passage.layout, addresses=True))
            PassageWords.of(passage)
        [*dated_sentences(passages)], [*lists_of(document)]
        [*facts_of("a", Chunks(chunks))]  # type: ignore[arg-type]

    def _read_sentences(self, text: str) -> None:
        text = decoded(text)
        end = 0
        for low, high in sentence_offsets(text):
            assert end <= low < high <= len(text) and high - low <= LONGEST_SENTENCE + 100
            assert not text[end:low].strip()
            end = high
        assert not text[end:].strip()

    def _read_enumerations(self, text: str) -> None:
        text = text[:LONGEST_SENTENCE]
        for start in (0, len(text) // 2):
            phrase = (start, min(len(text), start + 12))
            assert all(0 <= low <= high <= len(text) for low, high in enumeration(text, phrase, (0, len(text))))

    def _read_terminal(self, text: str) -> None:
        assert not _CONTROL.search(strip_controls(text)) and not _CONTROL.search(single_line(text))
        assert len(single_line(text).splitlines()) <= 1 and len(mask_controls(text)) == len(text)
        folded(text)

    # Questions

    def _read_question(self, text: str) -> None:
        require_readable(text[:LONGEST_QUESTION])
        text = text[:LONGEST_QUESTION]
        parse_comparison(text)
        query = understand(text, None, self._index, self._index.vocabulary)
        question = parse_question(query.text, self._index.document_frequency, 30)
        assert {*question.named, *question.counted, *question.subject} <= {*question.terms}
        known = frozenset(self._index.stats().__class__.__name__)
        coverage(question, (known, known, known)), missing_share(question.terms, known)

    def _read_spelling(self, text: str) -> None:
        require_readable(text[:LONGEST_QUESTION])
        correct_spelling(text[:LONGEST_QUESTION], self._index.vocabulary)

    def _read_follow_up(self, text: str) -> None:
        half = text[: LONGEST_QUESTION // 2]
        turns = [Turn(half, half[:100], text), Turn(text[:LONGEST_QUESTION], None, text)]
        for question in (half, "and when was that?", "why?", "Who is he?", "what about them", f"and {half}?"):
            standalone_question(question, turns)

    def _read_query(self, text: str) -> None:
        text = text[:LONGEST_QUESTION]
        require_readable(text)
        assert set(self._index.search_fulltext(text, 5)) <= set(range(1, 10_000))
        self._index.containing([text[:100], text[100:200]])
        self._index.titles(text)

    def _read_location(self, text: str) -> None:
        for location in (text, f"{text}:3", f"harbour-lights.txt:{text}"):
            with suppress(QAError):
                print_article(self._assistant.settings, location, as_json=True)

    # Files of qa

    def _read_settings(self, text: str) -> None:
        (self._folder / "qa.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
        for line in ("", "top_k = ", "corpus = ", 'llm_base_url = "', "keys = ", '[keys]\n"ask.why" = '):
            (self._folder / "qa.toml").write_bytes(f"{line}{text}".encode("utf-8", "surrogatepass"))
            with suppress(QAError):
                settings = qa.load_settings(self._folder)
                assert settings.corpus_root and settings.index_root and settings.conversation_file

    def _read_manifest(self, text: str) -> None:
        with suppress(QAError):
            Manifest.parse(text)
        values = json.loads(self._assistant._wanted_manifest().to_json())
        for name in values:
            with suppress(QAError, ValueError):
                Manifest.parse(json.dumps(values | {name: json.loads(text[:50])}))

    def _read_conversation(self, text: str) -> None:
        for whole in (text, json.dumps([["q", None, text]]), f'[["q", {text}, ""]]'):
            self._write(whole)
            with suppress(QAError):
                standalone_question("Who is he?", load_last_answer(self._file).turns)

    def _read_session(self, text: str) -> None:
        self._write(f'{text}\n{{"short": {json.dumps(text)}}}\n{{"short": "", "citations": {text}}}')
        store = SessionStore(self._folder)
        store.saved(), store.load(self._file)

    def _read_preferences(self, text: str) -> None:
        with patch.dict(os.environ, XDG_CONFIG_HOME=str(self._folder)):
            for whole in (text, f'{{"theme": {text}}}'):
                (self._folder / "qa").mkdir(exist_ok=True)
                (self._folder / "qa" / "tui.json").write_bytes(whole.encode("utf-8", "surrogatepass"))
                remembered_theme()

    def _read_known_questions(self, text: str) -> None:
        for whole in (text, json.dumps({"question": text}), f'{{"question": "a", "answer": {text}}}'):
            self._write(whole)
            with suppress(QAError):
                read_questions(self._file)

    # Language models

    def _read_reply(self, text: str) -> None:
        sentences = statements_of(sentences_of(text), text[:100])
        refuses(sentences)
        passages = [retrieved(chunk) for chunk in self.chunks(self.document("a.txt", decoded(text[:2_000])))[:3]]
        for sentence in sentences[:5]:
            for evidence in supporting_evidence(sentence.text, range(len(passages)), passages):
                layout = passages[evidence.passage].layout
                assert 0 <= evidence.start <= evidence.end <= len(layout.text)

    def _read_prompt(self, text: str) -> None:
        sources = [Source(0, 0, len(part), part, text[:50]) for part in text[:4_000].split("\n")]
        prompt = build_prompt(text[:LONGEST_QUESTION], QuestionType.FACT, text[:20], sources, 2_048, self._count)
        assert prompt.sources == tuple(sources[: len(prompt.sources)])

    def _write(self, text: str) -> None:
        for damaged in self._folder.glob("*.damaged*"):  # thousands would take longer than a parser
            damaged.unlink()
        self._file.write_bytes(text.encode("utf-8", "surrogatepass"))
