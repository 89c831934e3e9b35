"""Clean text: every character knows its place in the file, however the text was put together."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.datatypes import CleanText, Run
from qa.datatypes.clean_text import INSERTED
from qa.text.clean_text import CleanTextBuilder, cleaned, folded, trimmed, with_single_spaces

ODD = st.sampled_from(
    [
        *"ab .\n\r\t",
        "e\u0301",
        "\ufb01",
        "\uff21",
        "\u00a0",
        "\u00ad",
        "\u200b",
        "\U0001f600",
        "東",
        "a\u0308\u0301",
        "\u0301",
    ]
)
SOURCES = st.lists(ODD, min_size=1, max_size=25).map("".join) | st.text(min_size=1, max_size=25)
SEVERAL = settings(deadline=None, max_examples=150)


@st.composite
def built(draw: st.DrawFn) -> tuple[str, CleanText]:
    """Draw a file, and a clean text built from its characters with every method of a builder."""
    source = draw(SOURCES)
    builder = CleanTextBuilder(source)
    position = 0
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(position, len(source)))
        end = draw(st.integers(start, len(source)))
        step = draw(st.sampled_from(["keep", "keep", "borrow", "replace", "insert", "append"]))
        if step == "replace":
            builder.replace(draw(st.text("xy ", max_size=3)), start, max(end, start + 1))
        elif step == "insert":
            builder.insert(draw(st.sampled_from(["", "; ", ": ", "\n"])))
        elif step == "append":
            builder.append(cleaned(source, start, end))
        elif step == "borrow":
            builder.append(cleaned(source, start, end).as_borrowed())
        else:
            builder.keep(start, end)
        position = end
    return source, builder.build()


CLEAN = built().map(lambda pair: pair[1])


def ranges(draw: st.DataObject, length: int) -> tuple[int, int]:
    """Draw start and end of a part of a text."""
    start = draw.draw(st.integers(0, length))
    return start, draw.draw(st.integers(start, length))


def inserted(clean: CleanText, position: int) -> bool:
    """Whether a character does not stand in the file."""
    return next(run for run in reversed(clean.runs) if run.start <= position).source == INSERTED


@SEVERAL
@given(built())
def test_runs_cover_the_text(pair: tuple[str, CleanText]) -> None:
    """The first run begins at 0, no two begin at the same character, and there is no white space at the ends."""
    source, clean = pair
    starts = [run.start for run in clean.runs]

    assert starts == sorted({*starts})
    assert (not clean.runs and not clean) or (starts[0] == 0 and starts[-1] < len(clean.text))
    assert (0, len(clean.text)) == trimmed(clean.text, 0, len(clean.text))
    assert "\n" not in clean.text
    assert all(run.source == INSERTED or 0 <= run.source < run.source + run.length for run in clean.runs), source


@SEVERAL
@given(SOURCES, st.data())
def test_every_character_comes_from_the_file(source: str, data: st.DataObject) -> None:
    """A character of unmarked text comes from the very one, or from one that is folded to it."""
    start, end = ranges(data, len(source))
    clean = cleaned(source, start, end)
    previous = start

    assert folded(source[start:end]).replace("\n", " ").strip() == clean.text
    for position, character in enumerate(clean.text):
        low, high = clean.in_file(position, position + 1) or (0, 0)
        assert start <= low < high <= end
        assert previous <= low
        assert character in folded(source[low:high]).replace("\n", " ")
        previous = low


@SEVERAL
@given(built(), st.data())
def test_a_cut_comes_from_the_same_characters(pair: tuple[str, CleanText], data: st.DataObject) -> None:
    """Cutting changes neither the text nor where it comes from, and a cut of a cut is a cut."""
    _, clean = pair
    start, end = ranges(data, len(clean.text))
    cut = clean.cut(start, end)
    first, last = ranges(data, end - start)

    assert clean.text[start:end] == cut.text
    assert clean.in_file(start, end) == cut.in_file(0, end - start)
    assert cut.text[first:last] == cut.cut(first, last).text
    inner, outer = cut.in_file(first, last), clean.in_file(start + first, start + last)
    assert (inner is None) == (outer is None)
    if inner and outer:
        assert outer[0] <= inner[0] < inner[1] <= outer[1]
    assert clean == clean.cut(0, len(clean.text))


@SEVERAL
@given(CLEAN, st.data())
def test_a_longer_range_comes_from_no_fewer_characters(clean: CleanText, data: st.DataObject) -> None:
    """The range in the file contains that of each own character; only a range of borrowed ones is elsewhere."""
    start, end = ranges(data, len(clean.text))
    whole = clean.in_file(start, end)
    borrowed = {position for (first, last), _ in clean.borrowed(start, end) for position in range(first, last)}

    for position in range(start, end):
        single = clean.in_file(position, position + 1)
        assert (single is None) == inserted(clean, position)
        if single and position not in borrowed:
            assert whole is not None
            assert whole[0] <= single[0] < single[1] <= whole[1]
    assert (whole is None) == all(inserted(clean, position) for position in range(start, end))


@SEVERAL
@given(CLEAN, st.data())
def test_borrowed_characters_are_told(clean: CleanText, data: st.DataObject) -> None:
    """Those of a part are the borrowed ones of the whole that lie in it, in order."""
    start, end = ranges(data, len(clean.text))
    part = clean.borrowed(start, end)

    positions = [position for (first, last), _ in part for position in range(first, last)]
    flags = {run.start: run.borrowed for run in clean.runs}
    of_run = [max(begin for begin in flags if begin <= position) for position in range(len(clean.text))]
    assert positions == [position for position in range(start, end) if flags[of_run[position]]]
    cut = clean.cut(start, end).borrowed(0, end - start)
    assert [((first - start, last - start), source) for (first, last), source in part] == cut


@SEVERAL
@given(CLEAN)
def test_stretches_contain_all_but_inserted_characters(clean: CleanText) -> None:
    """They are in order, do not overlap, and borrowed characters never share one with the article's own."""
    stretches = clean.stretches()
    inside = [position for start, end in stretches for position in range(start, end)]
    borrowed = {position for (first, last), _ in clean.borrowed(0, len(clean.text)) for position in range(first, last)}

    assert inside == [position for position in range(len(clean.text)) if not inserted(clean, position)]
    for start, end in stretches:
        assert start < end
        assert len({position in borrowed for position in range(start, end)}) == 1


@SEVERAL
@given(st.lists(CLEAN.filter(bool), max_size=4), st.sampled_from(["\n", " ", "; "]))
def test_joined_parts_come_from_the_same_characters(parts: list[CleanText], separator: str) -> None:
    """Separators are inserted between the parts, and each part comes from where it came from."""
    joined = CleanText.join(parts, separator)
    position = 0

    assert separator.join(part.text for part in parts) == joined.text
    for part in parts:
        end = position + len(part.text)
        assert part == joined.cut(position, end)
        assert part.in_file(0, len(part.text)) == joined.in_file(position, end)
        assert joined.in_file(end, end + len(separator)) is None
        position = end + len(separator)


@SEVERAL
@given(CLEAN)
def test_single_spaces(clean: CleanText) -> None:
    """Only surplus spaces are left out, and what is left comes from the same characters."""
    single = with_single_spaces(clean, "")

    assert "  " not in single.text
    assert clean.text.split() == single.text.split()
    for position, character in enumerate(single.text):
        before = len(single.text[:position].replace(" ", ""))
        if character != " ":
            same = [index for index, other in enumerate(clean.text) if other != " "][before]
            assert clean.in_file(same, same + 1) == single.in_file(position, position + 1)


@given(st.text("aeiouncyAEIOUNCY ,.áéíóúñçýÁÉÍÓÚÑÇÝäëïöüÿ", max_size=30))
def test_accents_are_composed(text: str) -> None:
    """Text is the same whether accents are characters of their own or not."""
    decomposed = unicodedata.normalize("NFD", text)

    assert text == folded(text) == folded(decomposed)
    assert cleaned(text, 0, len(text)).text == cleaned(decomposed, 0, len(decomposed)).text


@SEVERAL
@given(SOURCES.filter(lambda text: not re.search("[\ufb00-\ufb06][\u00ad\u200b\u2060\ufeff\r]*[\u0300-\u036f]", text)))
def test_folding_twice_is_folding_once(text: str) -> None:
    """Folded text contains nothing that is folded; ligatures have no accents."""
    assert folded(text) == folded(folded(text))


@pytest.mark.parametrize("text", ["\uff21\u0301", "A\u00ad\u0301", "A\u200b\u0301\u200b", "A\u0301"])
def test_accents_of_odd_letters(text: str) -> None:
    """An accent belongs to its letter whatever stands between them, and whatever the letter is folded to."""
    assert "\u00c1" == folded(text) == cleaned(text, 0, len(text)).text


def test_adjacent_characters_are_a_single_run() -> None:
    """Runs are joined if both the text and the file go on; else an index would contain each character."""
    builder = CleanTextBuilder("the old port")
    builder.keep(0, 4)
    builder.keep(4, 7)
    builder.append(CleanText.verbatim(" port", 7).as_borrowed())

    assert (Run(0, 0, 7), Run(7, 7, 5, True)) == builder.build().runs
    assert CleanText.verbatim("port", 8).in_file(1, 3) == (9, 11)
    assert not CleanText.verbatim("", 8).runs
