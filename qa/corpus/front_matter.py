"""Front matter: the block of fields between ``---`` (YAML) or ``+++`` (TOML) at the top of an article.

What people write is not always valid. A block that the parser refuses is read line by line, with a notice.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from qa.corpus.fields import (
    LONGEST_HEAD,
    Entry,
    Head,
    Line,
    fields_of,
    first_character,
    is_known,
    line_end,
    lines_of,
)
from qa.corpus.loose_lines import is_key, looks_like_fields, read_loosely

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node

_CLOSING = {"---": ("---", "..."), "+++": ("+++",)}
_MOST_FIELDS = 200
_DEEPEST_LIST = 5
_NO_VALUE = {"~", "null", "Null", "NULL"}
_TOML_KEY = re.compile(r"\s*+([\"']?)([\w-]++)\1[\w.\"' -]*=\s*(.*)")
_TOML_TABLE = re.compile(r"\s*\[\[?\s*[\"']?([\w-]+)")
_TOML_COMMENT = re.compile(r"\s+#.*")


_NESTED = frozenset({"extra", "params", "taxonomies"})
"""Where Zola and Hugo put what a theme defines."""


class _Block(NamedTuple):
    """The lines between the two fences."""

    fence: str
    """The opening fence."""
    lines: list[Line]
    """The lines in between."""
    start: int
    """First character after the opening fence."""
    end: int
    """First character of the closing fence."""
    body_start: int
    """First character after the closing fence."""
    first_line: int
    """Number of the first line in between, counted from 1 in the file."""


def front_matter(text: str) -> Head | None:
    """Return the fields of the front matter of ``text`` and its end, or None if there is none."""
    block = _block(text)
    if block is None:
        return None
    entries, notice = _yaml_entries(text, block) if block.fence == "---" else _toml_entries(text, block)
    return Head(fields_of(entries[:_MOST_FIELDS]), block.body_start, notice) if entries else None


def _block(text: str) -> _Block | None:
    fence = ""
    lines: list[Line] = []
    start = first_line = 0
    for number, line in enumerate(lines_of(text, first_character(text), min(len(text), LONGEST_HEAD)), 1):
        stripped = line.text.rstrip()
        if fence:
            if stripped in _CLOSING[fence]:
                return _Block(fence, lines, start, line.start, line.following, first_line)
            lines.append(line)
        elif stripped in _CLOSING:
            fence, start, first_line = stripped, line.following, number + 1
        elif stripped:
            return None
    return None


# YAML


def _yaml_entries(text: str, block: _Block) -> tuple[list[Entry], str]:
    """Return the entries of the block, none if it is prose between two thematic breaks, and a notice."""
    import yaml

    try:
        # The nodes instead of objects: they know their places, and a title such as 2024 or Yes is unchanged.
        node = yaml.compose(text[block.start : block.end], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        return _loose_entries(block, "YAML", ":", _line_of(error))
    if not isinstance(node, yaml.MappingNode) or not any(is_key(str(key.value)) for key, _ in node.value):
        return [], ""
    return _mapping_entries(text, block, node)


def _line_of(error: Exception) -> int | None:
    """Return the line of the block that YAML refuses; of an open quotation mark or bracket, not where it is missed."""
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "context_mark" if "quoted" in context or "flow" in context else "problem_mark", None)
    return None if mark is None else int(mark.line)


def _mapping_entries(text: str, block: _Block, node: MappingNode) -> tuple[list[Entry], str]:
    pairs = [(key, value) for key, value in node.value if isinstance(key.value, str)]
    starts = [block.start + key.start_mark.index for key, _ in pairs]
    entries = []
    for (key, value), (start, following) in zip(pairs, pairwise([*starts, block.end]), strict=True):
        end = _end_of_value(text, start, following)
        if key.value in _NESTED and isinstance(value.value, list) and value.value and isinstance(value.value[0], tuple):
            entries += _nested_entries(text, block, value)
        entries.append(Entry(key.value, ", ".join(_values(value, set())), _line_start(text, start), end))
    keys = [entry.key for entry in entries]
    repeated = next((key for number, key in enumerate(keys) if key in keys[:number]), None)
    notice = "" if repeated is None else f"front matter states “{repeated}” more than once; the first one counts"
    return entries, notice


def _nested_entries(text: str, block: _Block, node: Node) -> list[Entry]:
    """Return the known fields that a theme's own mapping states, each with its line."""
    entries = []
    for key, value in node.value:
        if isinstance(key.value, str) and is_known(key.value):
            start = block.start + key.start_mark.index
            stated = ", ".join(_values(value, set()))
            entries.append(Entry(key.value, stated, _line_start(text, start), line_end(text, start)))
    return entries


def _values(node: Node, visited: set[int]) -> list[str]:
    """Return the scalars of a value; of a mapping, that of ``name``. Each node counts once, since aliases can recur."""
    if id(node) in visited:
        return []
    visited.add(id(node))
    if isinstance(node.value, str):
        is_empty = not node.value or (node.value in _NO_VALUE and not getattr(node, "style", None))
        return [] if is_empty else [node.value]
    values: list[str] = []
    for item in node.value:
        if not isinstance(item, tuple):
            values += _values(item, visited)
        elif item[0].value == "name":
            values += _values(item[1], visited)
    return values


def _line_start(text: str, position: int) -> int:
    return max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1


def _end_of_value(text: str, start: int, following: int) -> int:
    """Return the end of the last line before ``following`` that is neither blank nor a comment."""
    end = following
    while True:
        end = start + len(text[start:end].rstrip())
        last = _line_start(text, end)
        if last <= start or not text[last:end].lstrip().startswith("#"):
            return line_end(text, end)
        end = last


# TOML


def _toml_entries(text: str, block: _Block) -> tuple[list[Entry], str]:
    """Return the entries of the block and a notice."""
    import tomllib

    try:
        loaded = tomllib.loads(text[block.start : block.end])
    except (ValueError, RecursionError) as error:
        number = re.search(r"at line (\d+)", str(error))
        return _loose_entries(block, "TOML", "=", int(number[1]) - 1 if number else None)
    places = _toml_places(block, loaded)
    entries = []
    for (key, raw, start), (_, _, following) in pairwise([*places, ("", "", block.end)]):
        value = loaded[key]
        is_stated = isinstance(value, str | list | dict)
        stated = ", ".join(_toml_values(value)) if is_stated else _TOML_COMMENT.sub("", raw)
        if key in _NESTED and isinstance(value, dict):
            entries += _toml_nested(block, value, start)
        entries.append(Entry(key, stated, start, _end_of_value(text, start, following)))
    return entries, ""


def _toml_places(block: _Block, loaded: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Return each key of the top level with the rest of its line and where that begins; the parser does not tell."""
    places: list[tuple[str, str, int]] = []
    remaining = set(loaded)
    in_table = False
    for line in block.lines:
        table = _TOML_TABLE.match(line.text)
        pair = _TOML_KEY.match(line.text)
        if table and table[1] in remaining and isinstance(loaded[table[1]], dict | list):
            key, raw, in_table = table[1], "", True
        elif pair and not in_table and pair[2] in remaining:
            key, raw = pair[2], pair[3]
        else:
            continue
        remaining.discard(key)
        places.append((key, raw.strip(), line.start))
    return places


def _toml_nested(block: _Block, table: dict[str, Any], start: int) -> list[Entry]:
    """Return the known fields of a theme's own table that begins at ``start``, each with its line."""
    entries = []
    for line in block.lines:
        pair = _TOML_KEY.match(line.text) if line.start > start else None
        if pair and pair[2] in table and is_known(pair[2]):
            value = table[pair[2]]
            stated = ", ".join(_toml_values(value)) if isinstance(value, str | list | dict) else pair[3].strip()
            entries.append(Entry(pair[2], stated, line.start, line.end))
    return entries


def _toml_values(value: Any, depth: int = 0) -> list[str]:
    if depth > _DEEPEST_LIST:
        return []
    if isinstance(value, dict):
        return _toml_values(value["name"]) if isinstance(value.get("name"), str) else []
    if isinstance(value, list):
        return [text for item in value for text in _toml_values(item, depth + 1)]
    return [str(value)]


# Neither


def _loose_entries(block: _Block, language: str, separator: str, line: int | None) -> tuple[list[Entry], str]:
    if not looks_like_fields(block.lines, separator):
        return [], ""
    where = "" if line is None else f" (line {block.first_line + line})"
    return read_loosely(block.lines, separator), f"front matter is not valid {language}{where}; read line by line"
