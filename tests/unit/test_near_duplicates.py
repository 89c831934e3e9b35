"""Near-identical articles: what is grouped, whatever the order in which articles came and went."""

from __future__ import annotations

import random
from collections.abc import Collection
from contextlib import closing, suppress
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from qa.datatypes import Chunk, CleanText, Layout
from qa.errors import IndexDamaged
from qa.index import Index
from qa.index.connections import create
from qa.index.folder import FolderStorage
from qa.index.health import check
from qa.index.near_duplicates import NearDuplicates
from qa.index.wordings import Wording, are_copies
from tests.benchmarks.edited_copies import CopyMaker
from tests.conftest import SEEDS
from tests.helpers.index_contents import refresh
from tests.helpers.index_files import build_of, opened_catalog

SEED_TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(SEEDS.iterdir())}

REPORT = (
    "Weather report for {}. Today will be cloudy with a high of {} degrees and a low of {} degrees. Winds from the {}"
    " at {} km per hour. The chance of rain is {} per cent. Sunrise is at {} and sunset at {}. Please check the website"
    " of the weather service for warnings before you travel. The next report will be published tomorrow morning."
)
REPORTS = (
    REPORT.format("Lindholm", 12, 4, "north", 30, 80, "7:12", "17:45"),
    REPORT.format("Sandvik", 17, 9, "west", 12, 5, "6:58", "18:02"),
    REPORT.format("Norrby", 3, -2, "east", 55, 95, "7:31", "16:20"),
)


def groups_of(index: Path) -> set[frozenset[str]]:
    """Return the groups of an index, as paths."""
    with closing(Index.open(index)) as opened:
        return {frozenset(entry.path for entry in group) for group in opened.copies_of().values()}


def write(folder: Path, articles: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_edited_copies_are_grouped_with_their_article(tmp_path: Path, index: Path) -> None:
    """With up to 30 % of the words changed, another headline, outlet and date; other articles stay alone."""
    name = max(SEED_TEXTS, key=lambda each: len(SEED_TEXTS[each]))
    maker = CopyMaker([*SEED_TEXTS.values()], 1)
    copies = {f"copy-{number}.md": maker.copy(SEED_TEXTS[name], 0.1 * number).text for number in (1, 2, 3)}
    refresh(write(tmp_path / "articles", SEED_TEXTS | copies), index)

    assert {frozenset({name, *copies})} == groups_of(index)


@pytest.mark.parametrize("pair", [*combinations(REPORTS, 2)])
def test_reports_from_one_template_are_no_copies(pair: tuple[str, str]) -> None:
    """They differ in names and figures, and in little else."""
    first, second = map(Wording.of, pair)

    assert len(first.pairs & second.pairs) > 0.5 * len(first.pairs)
    assert not are_copies(first, second)


def test_a_report_with_other_words_but_the_same_facts_is_a_copy() -> None:
    """What an editor changes are words of any kind."""
    edited = (
        REPORTS[0]
        .replace("Please check", "We ask you to look at")
        .replace("published", "here")
        .replace("cloudy", "grey")
    )

    assert are_copies(Wording.of(REPORTS[0]), Wording.of(edited))


def test_a_short_text_is_only_a_copy_of_the_same(tmp_path: Path, index: Path) -> None:
    """Of a few words, one decides what they say; titles and dates do not count."""
    articles = {
        "a.txt": "Title: Closed\n\nThe bath is closed on Monday.\n",
        "b.txt": "Title: The bath\nDate: 2024-01-02\n\nThe bath is\nclosed on Monday.\n",
        "c.txt": "Title: Closed\n\nThe bath is closed on Friday.\n",
    }
    refresh(write(tmp_path / "articles", articles), index)

    assert {frozenset({"a.txt", "b.txt"})} == groups_of(index)


def test_a_chain_of_small_changes_does_not_join_two_stories(tmp_path: Path, index: Path) -> None:
    """Each text is like the next one, and the last has nothing in common with the first."""
    words = [f"word{number:03}x" for number in range(300)]
    texts = {f"{start:03}.txt": " ".join(words[start : start + 100]) + "\n" for start in range(0, 201, 20)}
    refresh(write(tmp_path / "articles", texts), index)
    groups = groups_of(index)

    assert groups
    for group in groups:
        stories = [Wording.of(texts[path]) for path in group]
        assert any(all(each is story or are_copies(story, each) for each in stories) for story in stories)
    assert not any({"000.txt", "200.txt"} <= group for group in groups)


class Store:
    """The tables of a catalog, to which texts are added without their vectors."""

    def __init__(self, path: Path) -> None:
        self._connection = create(path)
        self._texts: dict[int, str] = {}
        self._duplicates = NearDuplicates(
            self._connection, self._select, lambda number: [chunk_of(self._texts[number])]
        )

    def add(self, number: int, text: str) -> None:
        self._texts[number] = text
        self._duplicates.add(number, [chunk_of(text)])

    def remove(self, number: int) -> None:
        self._duplicates.remove([number])
        del self._texts[number]

    def groups(self) -> set[frozenset[str]]:
        """Return the groups, as texts, after checking that nothing is left of what was removed."""
        self._duplicates.group()
        groups: dict[int, set[str]] = {}
        for number, story in self._connection.execute("SELECT document_id, story FROM copies WHERE story IS NOT NULL"):
            groups.setdefault(story, set()).add(f"{number}")
        (left,) = self._connection.execute(
            "SELECT count(*) FROM wording_keys WHERE digest NOT IN (SELECT digest FROM copies)"
        ).fetchone()
        assert 0 == left
        return {frozenset(group) for group in groups.values()}

    def close(self) -> None:
        self._connection.close()

    def _select(self, sql: str, values: Collection[Any]) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql.format(",".join("?" * len(values))), [*values]).fetchall()


def chunk_of(text: str) -> Chunk:
    """Return a text as a single chunk."""
    return Chunk("", 0, len(text), text, 1, "", "", "", Layout(CleanText.verbatim(text)))


@pytest.mark.parametrize("seed", range(12))
def test_any_order_gives_the_same_groups(tmp_path: Path, seed: int) -> None:
    """Texts of which many are copies of some and not of others, added and removed at random, some of them twice."""
    chance = random.Random(seed)
    words = [f"word{number:03}x" for number in range(160)]
    starts = [chance.randrange(100) for _ in range(30)]
    texts = {number: " ".join(words[start : start + 60]) for number, start in enumerate(starts)}
    with closing(Store(tmp_path / "once")) as once, closing(Store(tmp_path / "often")) as often:
        present: set[int] = set()
        for step in range(120):
            number = chance.randrange(len(texts))
            if number in present:
                often.remove(number)
            else:
                often.add(number, texts[number])
            present ^= {number}
            if step % 7 == 0:
                often.groups()
        for number in sorted(present):
            once.add(number, texts[number])

        assert once.groups() == often.groups()
        assert once.groups()


@pytest.mark.parametrize("seed", [1, 3])
def test_many_updates_give_the_groups_of_one_run(tmp_path: Path, index: Path, seed: int) -> None:
    """Articles and edited copies of them come, change and go at random; the order does not matter."""
    chance = random.Random(seed)
    texts = [text[:1500] for text in SEED_TEXTS.values()][:2]
    maker = CopyMaker(texts, seed)
    corpus = write(tmp_path / "articles", {"first.md": texts[0]})
    for _ in range(6):
        for _ in range(chance.randint(1, 5)):
            present = sorted(corpus.iterdir())
            if len(present) > 3 and chance.random() < 0.35:
                chance.choice(present).unlink()
            else:
                name = chance.choice([f"{chance.randrange(100):02}.md", chance.choice(present).name])
                text = maker.copy(chance.choice(texts), chance.choice([0, 0.05, 0.2, 0.35])).text
                write(corpus, {name: text})
        refresh(corpus, index)
    refresh(corpus, tmp_path / "fresh")

    assert groups_of(tmp_path / "fresh") == groups_of(index)
    assert groups_of(index)


def test_groups_end_with_their_last_copy(tmp_path: Path, index: Path) -> None:
    """Without its copies an article is alone, as if they had never been there."""
    text = next(iter(SEED_TEXTS.values()))
    corpus = write(tmp_path / "articles", {"a.md": text, "b.md": text, "c.md": text + "\nOne sentence more.\n"})
    refresh(corpus, index)
    assert {frozenset({"a.md", "b.md", "c.md"})} == groups_of(index)
    (corpus / "a.md").unlink()
    refresh(corpus, index)
    assert {frozenset({"b.md", "c.md"})} == groups_of(index)
    (corpus / "c.md").unlink()
    refresh(corpus, index)

    assert set() == groups_of(index)
    with closing(Index.open(index)) as opened:
        rows = opened._catalog._connection.execute("SELECT count(*) FROM wording_pairs").fetchone()
        assert (0,) == rows
        assert 1 == len({*opened._catalog._connection.execute("SELECT digest FROM wording_keys")})


def test_signatures_are_those_of_this_version() -> None:
    """They are stored: a library that computes others must not be taken without a new version of the index."""
    signature = Wording.of(REPORTS[0]).signature()

    assert (223521460, 2194673242) == signature[:2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE copies SET story = story + 1 WHERE document_id = 1",
        "UPDATE copies SET document_id = 9 WHERE document_id = 1",
        "UPDATE copies SET story = 'other' WHERE document_id = 1",
        "UPDATE wordings SET signature = x'00'",
        "UPDATE wording_pairs SET checksum = 1",
    ],
)
def test_a_changed_row_is_damage(tmp_path: Path, index: Path, statement: str) -> None:
    """A check of the index finds it, and no answer shows a group that it would make."""
    text = next(iter(SEED_TEXTS.values()))
    refresh(write(tmp_path / "articles", {"a.md": text, "b.md": text, "c.md": text + "\nOne sentence more.\n"}), index)
    whole = groups_of(index)
    with opened_catalog(index) as catalog:
        catalog.execute(statement)

    with pytest.raises(IndexDamaged):
        check(FolderStorage(index), build_of(index))
    with suppress(IndexDamaged):
        assert all(group <= other for group in groups_of(index) for other in whole)
