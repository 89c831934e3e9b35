"""What the writer hid, and what only a site generator understands, is not part of the text; code is."""

from __future__ import annotations

import pytest

from qa.corpus.markdown import markdown_blocks
from qa.datatypes import BlockKind

HIDDEN = ["<!-- secret -->", "%%secret%%", "{% secret %}", "{{< secret >}}", "<style>secret</style>"]


def kinds(text: str) -> list[tuple[BlockKind, str]]:
    """Return kind and clean text of each block, with single spaces."""
    return [(block.kind, " ".join(block.clean.text.split())) for block in markdown_blocks(text)]


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ("", BlockKind.PARAGRAPH),
        ("- ", BlockKind.ITEM),
        ("1. ", BlockKind.ITEM),
        ("> ", BlockKind.QUOTE),
        ("> - ", BlockKind.ITEM),
        ("## ", BlockKind.HEADING),
        ("It", BlockKind.PARAGRAPH),
    ],
)
def test_text_beside_hidden_text_has_its_kind(hidden: str, before: str, kind: BlockKind) -> None:
    """Hidden text at the beginning, in the middle or at the end of a line leaves the rest as it is."""
    visible = "It _rains_ in May." if before != "It" else " _rains_ in May."
    for line in (f"{before}{hidden} {visible}", f"{before}{visible} {hidden}"):
        assert [(kind, "It rains in May.")] == kinds(line)
    assert "May" == markdown_blocks(f"{before}{hidden} {visible}")[0].clean.text[-4:-1]


@pytest.mark.parametrize("opening", ["<!--", "%%", "<script>"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_hidden_text_may_have_several_lines(opening: str, newline: str) -> None:
    """Nothing of it is read, be it a heading, an item or the line on which it ends."""
    closing = {"<!--": "-->", "<script>": "</script>"}.get(opening, opening)
    text = newline.join(["One.", "", opening, "# secret", "", "- secret", f"secret {closing}", "", "Two."])

    assert [(BlockKind.PARAGRAPH, "One."), (BlockKind.PARAGRAPH, "Two.")] == kinds(text)
    assert [(BlockKind.PARAGRAPH, "Two.")] == kinds(text.removeprefix("One.").replace(closing + newline * 2, closing))


@pytest.mark.parametrize("shown", ["<!-- seen -->", "%%seen%%", "{% seen %}", "<script>seen</script>"])
def test_code_hides_nothing(shown: str) -> None:
    """In code, marks of comments are what the article is about."""
    assert [(BlockKind.PARAGRAPH, f"Write {shown} there.")] == kinds(f"Write `{shown}` there.")
    for prefix in ("", "> ", "  "):
        code = [(BlockKind.CODE, shown), (BlockKind.CODE, f"x {shown}")]
        assert code == kinds(f"- item\n\n{prefix}```\n{prefix}{shown}\n{prefix}x {shown}\n{prefix}```\n")[1:]
    assert [(BlockKind.CODE, shown)] == kinds(f"- ```\n  {shown}\n  ```\n")


@pytest.mark.parametrize("text", ["It costs 5%% more.", "Now <!-- open", "Write {% there."])
def test_what_is_never_closed_is_not_hidden(text: str) -> None:
    """Marks that only begin a comment are text."""
    assert [(BlockKind.PARAGRAPH, text), (BlockKind.PARAGRAPH, "It rains.")] == kinds(f"{text}\n\nIt rains.")


def test_a_null_character_moves_nothing() -> None:
    """The parser replaces null characters; the text around them is still what stands in the file."""
    text = "- a\0 *boat*\n"
    clean = markdown_blocks(text)[0].clean

    assert "a\ufffd boat" == clean.text
    assert (text.index("boat"), text.index("boat") + 4) == clean.in_file(3, 7)
