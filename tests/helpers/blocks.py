"""Plain text divided into blocks, each block checked."""

from __future__ import annotations

from qa.corpus.plain_text import plain_text_blocks
from qa.datatypes import Block, BlockKind
from qa.text.clean_text import folded


def blocks_of(text: str, start: int = 0) -> list[Block]:
    blocks = plain_text_blocks(text, start)
    check(text, blocks, start)
    return blocks


def texts(text: str, kind: BlockKind | None = None) -> list[str]:
    return [block.clean.text for block in blocks_of(text) if kind in (None, block.kind)]


def check(text: str, blocks: list[Block], start: int = 0) -> None:
    """Check that blocks are in order and that all their characters stand in the file where they say."""
    end = start
    for block in blocks:
        assert end <= block.start < block.end <= len(text)
        end = block.end
        assert block.clean.text == block.clean.text.strip() != ""
        for first, last in block.clean.stretches():
            for position in range(first, last):
                offsets = block.clean.in_file(position, position + 1)
                assert offsets is not None
                assert block.start <= offsets[0] < offsets[1] <= block.end
                character = text[slice(*offsets)]
                assert block.clean.text[position] in (folded(character) or character).replace("\n", " ") or (
                    block.clean.text[position] == " " and character.isspace()
                )


def speakers(text: str, start: int = 0) -> list[tuple[str, str | None]]:
    return [(block.clean.text, block.speaker.text if block.speaker else None) for block in blocks_of(text, start)]
