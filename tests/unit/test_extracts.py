"""Articles extracted from other formats: text, blocks and places agree, and what was extracted is stored safely."""

from __future__ import annotations

import gzip
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.corpus.formats.assembly import assemble
from qa.corpus.formats.extract import Extract, Part, with_paragraph_locators
from qa.corpus.formats.store import ExtractStore
from qa.datatypes import BlockKind, locator_at
from qa.text.sanitizing import single_line

HEADING = Part(BlockKind.HEADING, "Opening\nhours", 1, "page 1")
ITEMS = tuple(Part(BlockKind.ITEM, text, depth, group=1) for text, depth in (("on Monday", 0), ("at noon", 1)))
ROWS = tuple(
    Part(BlockKind.ROW, group=2, cells=cells, columns=("Day", "Boats"), locator="page 2")
    for cells in (("Monday", "4"), ("Tuesday", "7"))
)
EXTRACT = Extract(
    fields=(("title", "Ferry"), ("author", "Ada Holm"), ("date", "2024-03-01"), ("tags", "")),
    parts=(HEADING, Part(BlockKind.PARAGRAPH, "The office  is in\nthe old mill."), *ITEMS, *ROWS),
)

parts = st.builds(
    Part,
    kind=st.sampled_from(BlockKind),
    text=st.text(max_size=40),
    depth=st.integers(0, 3),
    locator=st.sampled_from(["", "page 1", "page 2"]),
    group=st.integers(0, 2),
    cells=st.lists(st.text(max_size=8), min_size=2, max_size=2).map(tuple),
    columns=st.sampled_from([(), ("A", "B")]),
)


def test_an_extract_is_put_together_as_a_text_with_blocks() -> None:
    """Metadata stand on top; each part has a line; headings, lists and tables are what they were."""
    made = assemble(EXTRACT)

    assert made.text.startswith("Title: Ferry\nAuthor: Ada Holm\nDate: 2024-03-01\n\nOpening hours\n")
    assert made.head.body_start == made.text.index("Opening")
    kinds = [(block.kind.value, block.clean.text, block.headings, block.depth) for block in made.blocks]
    assert kinds == [
        ("heading", "Opening hours", (), 1),
        ("paragraph", "The office is in the old mill.", ("Opening hours",), 0),
        ("list item", "on Monday", ("Opening hours",), 0),
        ("list item", "at noon", ("Opening hours",), 1),
        ("table row", "Day: Monday; Boats: 4", ("Opening hours",), 0),
        ("table row", "Day: Tuesday; Boats: 7", ("Opening hours",), 0),
    ]
    assert ["page 1", "page 2"] == [locator_at(made.locators, made.text.index(word)) for word in ("Monday", "Tuesday")]


@given(st.lists(parts, min_size=1, max_size=6))
def test_every_block_of_any_extract_stands_in_its_text(drawn: list[Part]) -> None:
    """Its characters are those that it says, in order, and nothing of its text is lost."""
    extract = Extract(parts=tuple(drawn))
    made = assemble(Extract.from_json(extract.to_json()))

    position = 0
    for block in made.blocks:
        assert position <= block.start < block.end <= len(made.text)
        position = block.end
        for _, first, last, (low, high) in block.clean.pieces(0, len(block.clean.text)):
            if low >= 0 and high - low == last - first:
                assert normalize("NFKC", made.text[low:high]) == normalize("NFKC", block.clean.text[first:last])
    words = " ".join(part.text for part in drawn if part.kind not in (BlockKind.ROW, BlockKind.CODE))
    assert all(word in made.text for word in single_line(words).split())


def test_parts_without_pages_are_found_by_their_heading() -> None:
    """A paragraph counts from its heading."""
    placed = with_paragraph_locators((Part(BlockKind.PARAGRAPH, "a"), HEADING, Part(BlockKind.PARAGRAPH, "b")))

    assert ["paragraph 1", "heading “Opening hours”", "paragraph 1 of “Opening hours”"] == [
        part.locator for part in placed
    ]


@pytest.mark.parametrize("damage", [b"", b"\x1f\x8b\x08broken", gzip.compress(b"\xff", mtime=0), None])
def test_a_damaged_extract_is_extracted_again(tmp_path: Path, damage: bytes | None) -> None:
    """What is stored is never needed, and a half-written entry is none."""
    store = ExtractStore(tmp_path / "extracts")
    key = f"{'a' * 64}-eml-1"
    store.put(key, ["{}", "ü"])
    assert ["{}", "ü"] == store.get(key)

    (file,) = store.folder.iterdir()
    file.unlink() if damage is None else file.write_bytes(damage)

    assert store.get(key) is None


def test_extracts_of_files_that_are_gone_are_removed(tmp_path: Path) -> None:
    """Files of others in the folder stay."""
    store = ExtractStore(tmp_path / "extracts")
    for letter in "ab":
        store.put(f"{letter * 64}-eml-1", ["{}"])
    (store.folder / "notes.txt").touch()

    store.discard_others(lambda: {"a" * 64})

    assert {f"{'a' * 64}-eml-1.gz", "notes.txt"} == {path.name for path in store.folder.iterdir()}


def test_nothing_is_stored_without_an_index(tmp_path: Path) -> None:
    """Reading an article makes no folder."""
    ExtractStore(tmp_path / "index" / "extracts").put("a" * 64, ["{}"])

    assert not list(tmp_path.iterdir())
