"""The articles of a corpus beside the index."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.text.sanitizing import mask_controls


def states(assistant: qa.Assistant) -> dict[str, qa.ArticleState]:
    """Return the state of every article."""
    return {article.path: article.state for article in assistant.articles()}


def test_every_article_has_a_state(corpus: Path, index: Path) -> None:
    """Indexed, new, changed, removed, skipped with the reason; in the order of their paths."""
    (corpus / "empty.txt").write_text("")
    with qa.open(corpus, index) as assistant:
        first, second, third, *_ = sorted(path.name for path in corpus.glob("0*.txt"))
        (corpus / "new.md").write_text("# New\n\nSomething new.")
        (corpus / second).write_text("Changed.")
        (corpus / third).unlink()
        found = states(assistant)
        articles = {article.path: article for article in assistant.articles()}

    assert list(found) == sorted(found)
    assert found[first] is qa.ArticleState.INDEXED
    assert found[second] is qa.ArticleState.CHANGED
    assert found[third] is qa.ArticleState.REMOVED
    assert found["new.md"] is qa.ArticleState.NEW
    assert found["empty.txt"] is qa.ArticleState.SKIPPED
    assert articles["empty.txt"].reason == "empty"
    assert articles[first].chunks > 0
    assert articles[second].size == len("Changed.")
    assert articles["new.md"].title == "new.md"


def test_without_an_index_all_are_new(corpus: Path, index: Path) -> None:
    """And none is made by looking."""
    with qa.Assistant(qa.load_settings(corpus=corpus, index=index)) as assistant:
        assert set(states(assistant).values()) == {qa.ArticleState.NEW}
    assert not index.exists()


def test_an_article_is_read_as_it_is_now(corpus: Path, index: Path) -> None:
    """Whatever the index says; what is no article is said in one line."""
    with qa.open(corpus, index) as assistant:
        (corpus / "new.md").write_text("# New\n\nSomething new.")
        assert assistant.article("new.md").title == "New"
        for path in ("missing.txt", "../secret.txt", ".."):
            with pytest.raises(qa.UsageError, match="cannot be shown"):
                assistant.article(path)


def test_masked_text_keeps_its_offsets() -> None:
    """What a terminal would obey becomes zero-width spaces, one for each character."""
    text = "a\x1b[31mred\x1b[0m\r\n\u202eb\tc"
    masked = mask_controls(text)

    assert len(masked) == len(text)
    assert masked.replace("\u200b", "") == "ared\nb\tc"
    assert masked.index("red") == text.index("red")
