"""Answers from the headings of a changelog."""

from __future__ import annotations

import pytest

import qa

CHANGELOG = """# Changelog

## 2.1.0 - 2024-03-17

### Added

- The lantern can be dimmed.
- A rope ladder.

## 2.0.1 (5th January, 2024)

### Fixed

- The bell no longer rings at night.

## 1.9 - 2023-08-02

- A rope ladder for children.
- Support for brass hinges.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> qa.Assistant:
    """A changelog of one project, and the readme of another."""
    folder = tmp_path_factory.mktemp("projects")
    for name, file, text in (
        ("lighthouse", "CHANGELOG.md", CHANGELOG),
        ("windmill", "README.md", "# Windmill\n\nThe windmill 2.1.0 has four sails.\n"),
    ):
        (folder / name).mkdir()
        (folder / name / file).write_text(text)
    return qa.open(folder, tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("When was Lighthouse 2.1.0 released?", "17 March 2024"),
        ("When did version 2.0.1 of Lighthouse come out?", "5 January 2024"),
        ("On what date was lighthouse v1.9 published?", "2 August 2023"),
    ],
)
def test_when_a_version_came_out(assistant: qa.Assistant, question: str, day: str) -> None:
    """The heading of the version is cited."""
    answer = assistant.ask(question)

    assert answer.short_answer == day
    assert answer.citations[0].quote.startswith("## ")


def test_a_version_of_another_project_has_no_date(assistant: qa.Assistant) -> None:
    """The date of the same version of something else is no answer."""
    assert assistant.ask("When was Windmill 2.1.0 released?").short_answer != "17 March 2024"


@pytest.mark.parametrize(
    ("question", "version"),
    [
        ("Which version of Lighthouse added support for brass hinges?", "1.9"),
        ("In which lighthouse release was the bell fixed to ring no longer at night?", "2.0.1"),
    ],
)
def test_which_version_did_something(assistant: qa.Assistant, question: str, version: str) -> None:
    """The entry and its heading are cited."""
    answer = assistant.ask(question)

    assert answer.short_answer == version
    assert [citation.path for citation in answer.citations] == ["lighthouse/CHANGELOG.md"] * 2
    assert version in answer.citations[1].quote
