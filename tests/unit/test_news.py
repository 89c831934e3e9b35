"""What is new: what came, changed and left since the last look, or since a day."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import qa
from qa.models.embedding import Embedder
from qa.news import NEVER, Look, News, find_news, mark_seen
from qa.private_files import DamagedFile
from qa.saved_state import load_state, save_state
from tests.helpers.index_files import change_manifest

Paths = tuple[list[str], list[str], list[str]]
DAY = timedelta(days=1)
TODAY = date.today()


ARTICLES = {
    "harbour.txt": "The harbour opens\n\nPublished: 1 March 2024\n\nThe harbour of Saltmere opens again.\n",
    "tram.txt": "The tram stops\n\nPublished: 2 March 2024\n\nThe tram of Vostrava stops at noon.\n",
    "piano.txt": "The piano of the café came back on a cart.\n",
}


@pytest.fixture(scope="module")
def built(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three articles, two of them dated, whose files were written a hundred days ago, and their index."""
    root = tmp_path_factory.mktemp("built")
    (root / "articles").mkdir()
    long_ago = datetime.now().timestamp() - 100 * DAY.total_seconds()
    for name, text in ARTICLES.items():
        (root / "articles" / name).write_text(text, encoding="utf-8")
        os.utime(root / "articles" / name, (long_ago, long_ago))
    qa.open(root / "articles", root / "index").close()
    return root


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of the articles."""
    return Path(shutil.copytree(built / "articles", tmp_path / "articles"))


@pytest.fixture
def assistant(built: Path, folder: Path, index: Path) -> Iterator[qa.Assistant]:
    """An assistant over the copy."""
    shutil.copytree(built / "index", index)
    change_manifest(index, corpus="../articles")
    with qa.open(folder, index) as opened:
        yield opened


@pytest.fixture
def news(assistant: qa.Assistant) -> Callable[..., News]:
    """A function that returns what is new, after bringing the index up to date."""

    def find(since: date | None = None) -> News:
        assistant.refresh()
        return find_news(assistant, since)

    return find


@pytest.fixture
def seen(assistant: qa.Assistant) -> Look:
    """The last look, a moment ago."""
    mark_seen(assistant, find_news(assistant))
    return last_look(assistant)


def last_look(assistant: qa.Assistant) -> Look:
    return load_state(assistant.settings.news_file, NEVER)


def paths(news: News) -> Paths:
    """Return the paths of what is new, changed and removed."""
    return (
        [item.path for item in news.new],
        [item.path for item in news.changed],
        [item.path for item in news.removed],
    )


def test_the_first_look_lists_the_most_recent_articles(
    news: Callable[..., News], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By day of publication, or else of the file; all are counted."""
    monkeypatch.setattr("qa.news.MOST_RECENT", 2)
    first = news()

    assert (None, 3, (["piano.txt", "tram.txt"], [], [])) == (first.since, first.articles, paths(first))
    assert ("The tram stops", date(2024, 3, 2)) == (first.new[1].title, first.new[1].published)


def test_finding_news_is_no_look(news: Callable[..., News], assistant: qa.Assistant) -> None:
    """Only ``mark_seen`` moves it."""
    assert news().since is None
    assert news().since is None
    latest = news()
    mark_seen(assistant, latest)

    assert latest.seen.at == news().since
    assert not news()


@pytest.mark.usefixtures("seen")
def test_what_came_changed_and_left_is_listed(news: Callable[..., News], folder: Path, assistant: qa.Assistant) -> None:
    """A file with new times and the same content has not changed; one that left keeps its title."""
    (folder / "depot.txt").write_text("The tram depot is in Gull Street.\n")
    (folder / "tram.txt").write_text("The tram stops\n\nPublished: 2 March 2024\n\nIt stops at one.\n")
    (folder / "harbour.txt").unlink()
    (folder / "piano.txt").touch()
    assistant.ask("Where is the depot?")  # whatever updates the index before

    latest = news()

    assert (["depot.txt"], ["tram.txt"], ["harbour.txt"]) == paths(latest)
    assert ("The harbour opens", date(2024, 3, 1)) == (latest.removed[0].title, latest.removed[0].published)
    mark_seen(assistant, latest)
    assert ([], [], []) == paths(news())


@pytest.mark.usefixtures("seen")
def test_a_renamed_article_is_neither_new_nor_gone(news: Callable[..., News], folder: Path) -> None:
    """Nor are two with the same content; a copy beside the original is new."""
    (folder / "old").mkdir()
    (folder / "tram.txt").rename(folder / "old" / "tram.txt")
    (folder / "piano.txt").rename(folder / "a.txt")
    (folder / "copy.txt").write_bytes((folder / "harbour.txt").read_bytes())

    assert (["copy.txt"], [], []) == paths(news())


def test_two_files_of_the_same_content_are_renamed(
    news: Callable[..., News], folder: Path, assistant: qa.Assistant
) -> None:
    """Each is the former of the other name."""
    (folder / "copy.txt").write_bytes((folder / "harbour.txt").read_bytes())
    mark_seen(assistant, news())
    (folder / "copy.txt").rename(folder / "copy 2.txt")
    (folder / "harbour.txt").rename(folder / "harbour 2.txt")

    assert ([], [], []) == paths(news())


@pytest.mark.usefixtures("seen")
def test_newest_come_first(news: Callable[..., News], folder: Path) -> None:
    """By day of publication; one without comes by the day on which it came."""
    for name, day in {"a": "5 May 2024", "b": "6 May 2024", "c": "4 May 2024"}.items():
        (folder / f"{name}.txt").write_text(f"Title {name}\n\nPublished: {day}\n\nThe ferry {name} sails.\n")
    (folder / "d.txt").write_text("The ferry of today sails.\n")

    assert ["d.txt", "b.txt", "a.txt", "c.txt"] == [item.path for item in news().new]


def test_since_a_day_needs_no_look(news: Callable[..., News], folder: Path) -> None:
    """An article counts by its day of publication, or else by the day on which its file was written."""
    assert ["piano.txt", "tram.txt"] == paths(news(date(2024, 3, 2)))[0]
    assert ["piano.txt", "tram.txt", "harbour.txt"] == paths(news(date(2024, 3, 1)))[0]
    assert ["piano.txt"] == paths(news(TODAY - 101 * DAY))[0]
    assert ([], [], []) == paths(news(TODAY - 99 * DAY))
    assert news().since is None


def test_since_a_day_goes_back_beyond_the_last_look(
    news: Callable[..., News], folder: Path, assistant: qa.Assistant, seen: Look
) -> None:
    """What came, changed and left between looks is remembered, and what has since the last one is added."""
    (folder / "old.txt").write_text("An article of long ago.\n")
    os.utime(folder / "old.txt", (1, 1))
    (folder / "tram.txt").write_text("The tram does not stop any more.\n")
    (folder / "piano.txt").unlink()
    mark_seen(assistant, news())
    (folder / "harbour.txt").unlink()

    assert (["old.txt"], ["tram.txt"], ["harbour.txt", "piano.txt"]) == tuple(map(sorted, paths(news(TODAY))))
    assert ([], [], ["harbour.txt"]) == paths(news())


def test_an_article_came_between_two_looks(
    news: Callable[..., News], folder: Path, assistant: qa.Assistant, seen: Look
) -> None:
    """At the time of its file; not before the first of them, whatever that time is, and not after the second."""
    assert seen.at
    save_state(assistant.settings.news_file, replace(seen, at=seen.at + 2 * DAY))
    (folder / "new.txt").write_text("The ferry sails again.\n")
    mark_seen(assistant, news())
    came = last_look(assistant).articles["new.txt"].came
    assert came
    assert came < seen.at + DAY  # the clock went wrong: now is before the look

    later = (datetime.now(UTC) + 10 * DAY).timestamp()
    (folder / "newer.txt").write_text("The ferry sails no more.\n")
    os.utime(folder / "newer.txt", (later, later))
    mark_seen(assistant, news())
    came = last_look(assistant).articles["newer.txt"].came
    assert came == last_look(assistant).at


@pytest.mark.usefixtures("seen")
def test_an_article_that_comes_back_is_new(news: Callable[..., News], folder: Path, assistant: qa.Assistant) -> None:
    """And not listed as removed any more."""
    text = (folder / "piano.txt").read_bytes()
    (folder / "piano.txt").unlink()
    mark_seen(assistant, news())
    (folder / "piano.txt").write_bytes(text)

    assert (["piano.txt"], [], []) == paths(news()) == paths(news(TODAY))


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", "\x00", "[" * 100_000, '{"version": 1, "articles": 3}', '{"version": 0, "articles": {}}'],
)
def test_a_damaged_look_is_set_aside(news: Callable[..., News], assistant: qa.Assistant, damage: str) -> None:
    """Nothing of it is lost, and the next look is the first."""
    path = assistant.settings.news_file
    path.write_text(damage)

    with pytest.raises(DamagedFile) as caught:
        news()

    (renamed,) = path.parent.iterdir()
    assert f"it is now {renamed.name}" in str(caught.value)
    assert damage == renamed.read_text()
    assert news().since is None


@pytest.mark.usefixtures("seen")
def test_what_a_later_version_wrote_stays(news: Callable[..., News], assistant: qa.Assistant) -> None:
    """The error says what to do."""
    path = assistant.settings.news_file
    content = json.loads(path.read_bytes()) | {"version": 2, "looks": []}
    for text in (json.dumps(content), json.dumps({"version": 2})):
        path.write_text(text)
        with pytest.raises(qa.QAError, match=r"later version of qa\. Update qa"):
            news()
        assert text == path.read_text()


@pytest.mark.usefixtures("seen")
@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_only_the_user_may_read_it(assistant: qa.Assistant) -> None:
    """Each corpus has its own file, and nothing is in the corpus."""
    path = assistant.settings.news_file

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert [path] == [*path.parent.iterdir()]
    assert path.is_relative_to(os.environ["XDG_DATA_HOME"])


@pytest.mark.usefixtures("seen")
def test_a_look_that_cannot_be_saved_leaves_the_last(
    news: Callable[..., News], folder: Path, assistant: qa.Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same news are listed again."""
    (folder / "depot.txt").write_text("The tram depot is in Gull Street.\n")
    latest = news()

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", no_space)
        with pytest.raises(qa.QAError, match="cannot be written: No space left on device"):
            mark_seen(assistant, latest)

    assert (["depot.txt"], [], []) == paths(news())
