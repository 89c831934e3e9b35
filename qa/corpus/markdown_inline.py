"""The text of Markdown paragraphs, headings and cells without their markup, with the place of every character.

markdown-it tells the lines of a block but not the characters of what is inside it; a parser state that notes where it
stands when it makes a token adds these.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from qa.datatypes import CleanText, Offsets
from qa.text.clean_text import CleanTextBuilder, cleaned, folded, with_single_spaces

_WIKILINK = re.compile(r"(!?)\[\[(?P<target>[^\[\]\n|]*?)(?:\\?\|(?P<alias>[^\[\]\n]*))?\]\]")
_IMAGE_SIZE = re.compile(r"\d+(?:x\d+)?")
_MEDIA = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp|mp[34]|wav|ogg|webm|mov|pdf|canvas|base)$", re.IGNORECASE)
_DROPPED = re.compile(
    r"\[\^[^\]\s]{1,80}\]:?"  # marks of footnotes
    r"|\[![\w-]{1,40}\][-+]?"  # the kind of a callout
    r"|\{[:#.][^{}\n]{0,200}\}"  # attributes
    r"|=="  # highlights
    r"|\^[\w-]{1,80}(?=\s*$)"  # names of blocks
    r"|:(?:material|fontawesome|octicons|simple)-[\w-]+:"  # icons
)
LONGEST = 20_000
"""Characters of an inline text that is parsed; a longer one is no prose, and would take quadratic time."""
_BREAK_TAG = re.compile(r"<br\b", re.IGNORECASE)


class _State(StateInline):
    """Notes in each token's ``meta["position"]`` where in the source it begins."""

    pending_position = 0

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self.pending_position = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802
        token = super().pushPending()
        token.meta["position"] = self.pending_position
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta["position"] = self.pos
        return token


class _Parser(ParserInline):
    """markdown-it's inline parser with ``_State``."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def inline_parser() -> ParserInline:
    """Return a parser that also knows wikilinks, footnote marks, callouts, attributes and highlights."""
    parser = _Parser()
    parser.ruler.before("link", "wikilink", _wikilink)
    parser.ruler.before("wikilink", "dropped", _drop)
    parser.ruler.enableOnly([rule for rule in parser.ruler.get_active_rules() if rule != "linkify"])
    parser.ruler2.disable("fragments_join")
    return parser


def _wikilink(state: StateInline, silent: bool) -> bool:
    match = _WIKILINK.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        is_size = match[1] and _IMAGE_SIZE.fullmatch(match["alias"] or "")
        name = "alias" if match["alias"] and not is_size else "target"
        if not (match[1] and _MEDIA.search(match["target"])):
            token = state.push("text", "", 0)
            token.content = match[name]
            token.meta["position"] = match.start(name)
        elif state.pending:
            state.pushPending()
    state.pos = match.end()
    return True


def _drop(state: StateInline, silent: bool) -> bool:
    match = _DROPPED.match(state.src, state.pos, state.posMax)
    if match is None or (match[0] == "==" and not _is_highlight(state, match.end())):
        return False
    if not silent and state.pending:
        state.pushPending()
    state.pos = match.end()
    return True


def _is_highlight(state: StateInline, after: int) -> bool:
    """Whether an "==" opens or closes a highlight; "a == b" does neither."""
    opens = state.src[after : after + 1].strip() and state.src.find("==", after, state.posMax) > 0
    closes = state.src[: after - 2][-1:].strip() and state.src.rfind("==", 0, after - 2) >= 0
    return bool(opens or closes) and state.src[after : after + 1] != "="


@dataclass(frozen=True)
class InlineSource:
    """The source of an inline text: lines of the file without their indentation and quote marks."""

    content: str
    """The lines, joined with line feeds."""
    starts: Sequence[int]
    """The position in the file of each line's first character."""

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.content))]

    def in_file(self, position: int) -> int:
        """Return the position in the file of a character of the content."""
        line = bisect_right(self._line_starts, position) - 1
        return self.starts[line] + position - self._line_starts[line]

    def lines(self) -> list[Offsets]:
        """Return start and end in the file of each line."""
        lines = self.content.split("\n")
        return [(start, start + len(line)) for start, line in zip(self.starts, lines, strict=True)]


def clean_lines(markdown: MarkdownIt, env: Any, source: InlineSource, text: str) -> list[CleanText]:
    """Return an inline text line by line, without its markup.

    Args:
        markdown: the parser, with ``inline_parser()`` as its inline parser.
        env: the environment of the document, with its link references.
        source: the inline text.
        text: the text of the file.
    """
    if len(source.content) > LONGEST:
        return [cleaned(text, start, end) for start, end in source.lines()]
    tokens = markdown.inline.parse(source.content, markdown, env, [])
    builders = [CleanTextBuilder(text)]
    for kind, content, start, end in _pieces(tokens, source.content, 0):
        if kind == "break":
            builders.append(CleanTextBuilder(text))
        elif source.content[start:end] == content:
            builders[-1].keep(source.in_file(start), source.in_file(end - 1) + 1)
        else:
            builders[-1].replace(folded(content), source.in_file(start), source.in_file(max(start, end - 1)) + 1)
    return [with_single_spaces(builder.build(), text) for builder in builders]


def _pieces(tokens: Sequence[Token], source: str, base: int) -> Iterator[tuple[str, str, int, int]]:
    """Yield "text" or "break", the characters that count, and their start and end in the source; not what is struck."""
    used = base
    struck = 0
    for token in tokens:
        struck += (token.type == "s_open") - (token.type == "s_close")
        if struck:
            continue
        position = max(used, base + token.meta.get("position", 0))
        if token.type in ("softbreak", "hardbreak") or (
            token.type == "html_inline" and _BREAK_TAG.match(token.content)
        ):
            yield "break", "", position, position
        elif token.type == "image":
            yield from _pieces(token.children or (), source, position + 2)
        elif token.type == "code_inline":
            yield _code(token, source, position)
        elif token.type == "text_special":
            yield "text", token.content, position, position + len(token.markup)
        elif token.type == "text" and token.content:
            start = source.find(token.content, position, position + len(token.content) + 1)
            position = start if start >= 0 else position
            used = position + len(token.content)
            yield "text", token.content, position, used


def _code(token: Token, source: str, position: int) -> tuple[str, str, int, int]:
    start = position + len(token.markup)
    end = source.index(token.markup, start)
    while end + len(token.markup) < len(source) and source[end + len(token.markup)] == "`":
        end = source.index(token.markup, end + len(token.markup) + 1)
    if source[start:end] != token.content and source[start + 1 : end - 1] == token.content:
        start, end = start + 1, end - 1
    return "text", token.content, start, end


def clean_html(text: str, lines: Sequence[tuple[int, int]]) -> list[CleanText]:
    """Return the text of lines of HTML in the file without its tags, which may have several lines."""
    markup = list(_TAG.finditer(text, lines[0][0], lines[-1][1])) if lines else []
    return [_html_line(text, start, end, markup) for start, end in lines]


def _html_line(text: str, start: int, end: int, markup: Sequence[re.Match[str]]) -> CleanText:
    builder = CleanTextBuilder(text)
    position = start
    for match in markup[bisect_right(markup, start, key=lambda match: match.end()) :]:
        if match.start() >= end:
            break
        builder.keep(position, max(position, match.start()))
        if match[0].startswith("&"):
            builder.replace(folded(html.unescape(match[0])), match.start(), match.end())
        position = min(match.end(), end)
    builder.keep(position, end)
    return with_single_spaces(builder.build(), text)


_TAG = re.compile(r"</?[A-Za-z!?][^>]{0,2000}>|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
