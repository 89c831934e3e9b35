"""Opening the original of an article: the file itself, a PDF at its page."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from tests.helpers.article_view import opened_article
from tests.helpers.tui_driver import MINISTER, engine_over, running
from tui.viewer import viewer_command


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, the only one on the path."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str) -> None:
    """Add a program that writes its arguments to a file beside it."""
    script = folder / name
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{folder}/arguments"\n')
    script.chmod(0o755)


@pytest.mark.parametrize(
    ("installed", "path", "expected"),
    [
        ("evince", "/a b.pdf", ["evince", "--page-index=3", "/a b.pdf"]),
        ("okular", "/a b.pdf", ["okular", "--page", "3", "/a b.pdf"]),
        ("xpdf", "/a b.pdf", ["xpdf", "/a b.pdf", "3"]),
        ("qpdfview", "/a b.pdf", ["qpdfview", "/a b.pdf#3"]),
        ("xdg-open", "/a b.pdf", ["xdg-open", "/a b.pdf"]),
        ("evince", "/a b.docx", None),
        ("other", "/a b.pdf", None),
    ],
)
def test_a_pdf_opens_at_its_page_if_an_installed_viewer_can(
    programs: Path, installed: str, path: str, expected: list[str] | None
) -> None:
    """Otherwise as the system opens files, or not at all."""
    install(programs, installed)

    assert viewer_command(Path(path), "page 3") == expected


async def test_ctrl_o_opens_the_file(seeds: qa.Assistant, programs: Path) -> None:
    """Without a program for that, a line says so."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        await driver.press("1", "enter")
        await opened_article(driver)
        await driver.press("ctrl+o")
        assert "Nothing was found that opens files" in driver.notices()[-1]

        install(programs, "xdg-open")
        await driver.press("ctrl+o")
        await driver.until(lambda: (programs / "arguments").exists() and (programs / "arguments").stat().st_size > 0)

    path = seeds.corpus.root / answer.citations[0].path
    assert [str(path)] == (programs / "arguments").read_text().splitlines()
