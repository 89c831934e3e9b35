"""The articles of a corpus and their state in the index."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.text.sanitizing import mask_controls
from qa.text.words import words


def states_of(assistant: qa.Assistant) -> dict[str, qa.ArticleState]:
    """Return the state of every article."""
    return {article.path: article.state for article in assistant.articles()}


def test_every_article_has_a_state(corpus: Path, index: Path) -> None:
    """Articles are indexed, new, changed, removed, or skipped with a reason, and are sorted by path."""
    (corpus / "empty.txt").write_text("")
    with qa.open(corpus, index) as assistant:
        first, second, third, *_ = sorted(path.name for path in corpus.glob("0*.txt"))
        (corpus / "new.md").write_text("# New\n\nSomething new.")
        (corpus / second).write_text("Changed.")
        (corpus / third).unlink()
        states = states_of(assistant)
        articles = {article.path: article for article in assistant.articles()}

    assert list(states) == sorted(states)
    assert states[first] is qa.ArticleState.INDEXED
    assert states[second] is qa.ArticleState.CHANGED
    assert states[third] is qa.ArticleState.REMOVED
    assert states["new.md"] is qa.ArticleState.NEW
    assert states["empty.txt"] is qa.ArticleState.SKIPPED
    assert articles["empty.txt"].reason == "empty"
    assert articles[first].chunks > 0
    assert articles[second].size == len("Changed.")
    assert articles["new.md"].title == "new.md"


def test_the_words_of_an_article_are_counted_once(corpus: Path, index: Path) -> None:
    """Chunks overlap; the count is the same as in the answer to "how long is it?", and nothing is read again."""
    (corpus / "new.md").write_text("# New\n\nSomething new.")
    with qa.open(corpus, index) as assistant:
        articles = {article.path: article for article in assistant.articles()}
        assert max(article.chunks for article in articles.values()) > 1
        expected = {}
        for path in articles:
            document = assistant.article(path)
            expected[path] = len(words(document.text[document.body_start :]))
            (corpus / path).unlink()
        assert expected == assistant.word_counts([*articles, "missing.txt"])


def test_without_an_index_all_articles_are_new(corpus: Path, index: Path) -> None:
    """Listing the articles creates no index."""
    with qa.Assistant(qa.load_settings(corpus=corpus, index=index)) as assistant:
        assert set(states_of(assistant).values()) == {qa.ArticleState.NEW}
    assert not index.exists()


def test_an_article_is_read_from_the_corpus(corpus: Path, index: Path) -> None:
    """An article need not be indexed to be read, and a path that is not an article raises UsageError."""
    with qa.open(corpus, index) as assistant:
        (corpus / "new.md").write_text("# New\n\nSomething new.")
        assert assistant.article("new.md").title == "New"
        for path in ("missing.txt", "../secret.txt", ".."):
            with pytest.raises(qa.UsageError, match="cannot be shown"):
                assistant.article(path)


def test_masking_control_characters_preserves_offsets() -> None:
    """Each character of a terminal escape sequence becomes a zero-width space."""
    text = "a\x1b[31mred\x1b[0m\r\n\u202eb\tc"
    masked = mask_controls(text)

    assert len(masked) == len(text)
    assert masked.replace("\u200b", "") == "ared\nb\tc"
    assert masked.index("red") == text.index("red")
