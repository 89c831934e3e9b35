"""What the names of a file and its folders say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.corpus.names import date_of, folder_names, name_of


@pytest.mark.parametrize(
    ("path", "name", "day"),
    [
        ("People/Nina Falk.md", "Nina Falk", None),
        ("Apollo_program.txt", "Apollo program", None),
        ("1973_oil_crisis.txt", "1973 oil crisis", None),
        ("10-minute-school.txt", "10 minute school", None),
        ("Jean-Luc Brink.md", "Jean-Luc Brink", None),
        ("Apollo11.md", "Apollo11", None),
        ("AI.md", "AI", None),
        ("猫.md", "猫", None),
        ("Decade 1980.md", "Decade 1980", None),
        ("Meeting minutes 576f0c3c13e132d0aabbccdd11223344.md", "Meeting minutes", None),
        ("2022-03-14-new-ferry.md", "new ferry", date(2022, 3, 14)),
        ("2022-03-14 New ferry.md", "New ferry", date(2022, 3, 14)),
        ("2022-03-14 - New ferry.md", "New ferry", date(2022, 3, 14)),
        ("2022_03_14 ferry.md", "ferry", date(2022, 3, 14)),
        ("20220314-ferry.md", "ferry", date(2022, 3, 14)),
        ("202203140930 ferry.md", "ferry", date(2022, 3, 14)),
        ("2022-03-14T09-30 ferry.md", "ferry", date(2022, 3, 14)),
        ("new-ferry-2022-03-14.md", "new ferry", date(2022, 3, 14)),
        ("New ferry (2022-03-14).md", "New ferry", date(2022, 3, 14)),
        ("2026-01-28.md", "", date(2026, 1, 28)),
        ("IMG_20220314_101112.md", "", date(2022, 3, 14)),
        ("2022-02-30-ferry.md", "2022 02 30 ferry", None),
        ("ferry 2022-2023.md", "ferry 2022-2023", None),
        ("ferry-12345678901234.md", "ferry 12345678901234", None),
        ("rent.sync-conflict-20250927-153929-6W2DHTU.md", "rent.sync conflict 20250927 153929 6W2DHTU", None),
        ("rent (conflicted copy 2025-09-27).md", "rent (conflicted copy 2025-09-27)", None),
    ],
)
def test_a_name_is_readable_and_may_state_a_date(path: str, name: str, day: date | None) -> None:
    """The date stands at the start or the end."""
    assert (name, day) == (name_of(path), date_of(path))


@pytest.mark.parametrize(
    "stem",
    [
        *"000_576f0c3c13e132d0 a3f5 576f0c3c-13e1-32d0-aabb-ccdd11223344 README index _index Untitled".split(),
        *"note notes document main doc text content article article-001 page12 chapter3 post-7 q000_neg0".split(),
        *"IMG_1234|12345|_|...|x|Untitled-2|New note|New note 3|README (1)|Copy of notes|".split("|"),
    ],
)
def test_a_name_that_says_nothing_is_empty(stem: str) -> None:
    """Numbers, identifiers and generic words."""
    assert "" == name_of(f"{stem}.md")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("README.md", ()),
        ("Projects/Harbour/README.md", ("Projects", "Harbour")),
        ("_posts/2023/11/ferry.md", ()),
        ("docs/src/content/articles/notes/.hidden/a.md", ()),
        ("2023-11-05 Trip to Oslo/old_photos/a.md", ("Trip to Oslo", "old photos")),
        ("2023/November/harbour-news/a.md", ("harbour news",)),
        ("/tmp/Harbour/a.md", ("Harbour",)),
    ],
)
def test_folders_are_named_unless_they_say_nothing(path: str, names: tuple[str, ...]) -> None:
    """Outermost first."""
    assert names == folder_names(path)


@given(path=st.text(max_size=60) | st.from_regex(r"[-_ 0-9a-fT().]{0,40}(/[-_ 0-9a-zT().]{0,40}){0,3}", fullmatch=True))
def test_any_path_has_names(path: str) -> None:
    """Nothing is raised, and names are on one line."""
    date_of(path)

    for name in (name_of(path), *folder_names(path)):
        assert " ".join(name.split()) == name
