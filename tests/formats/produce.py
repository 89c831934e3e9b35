"""``python -m tests.formats.produce``: make the articles in every format, and pack them into ``files/``.

Needs pandoc, LibreOffice, Chromium, poppler-utils and qpdf, as Debian packages them, and fonttools; takes two minutes.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

from tests.formats.articles import HERE, Article, articles, questions, squeezed
from tests.formats.producers import office, web_pages
from tests.formats.producers.browser import browser
from tests.formats.producers.fonts import small_fonts

FILES = HERE / "files"
_PRINTED = {
    "pdf-chromium-columns": {"paper": "210mm 150mm", "width": "178mm", "font_size": "10.5pt", "columns": "2"},
    "pdf-chromium-a5": {"paper": "A5", "width": "116mm", "font_size": "11pt", "columns": "1"},
}


def main() -> None:
    """Make all formats."""
    parser = argparse.ArgumentParser(prog="python -m tests.formats.produce", description=__doc__)
    parser.add_argument("--folder", type=Path, help="leave the files here too, for a look at them")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        _with_pandoc(folder)
        with small_fonts():
            _with_libreoffice(folder)
            _with_chromium(folder)
        _with_qpdf(folder)
        locators = {path.name: _pages(path) for path in sorted(folder.glob("pdf-*"))}
        (FILES / "places.json").write_text(json.dumps(locators, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        for path in sorted(folder.iterdir()):
            print(f"{path.name}: {_pack(path):,} bytes")


def _with_pandoc(folder: Path) -> None:
    for article in articles():
        for suffix in office.PANDOC_SUFFIXES:
            office.pandoc(article, _file(folder, f"{suffix}-pandoc", article, suffix), "-s")
        office.pandoc(article, _file(folder, "txt-pandoc", article, "txt"), "-t", "plain")
        body = office.fragment(article)
        _file(folder, "fragments", article, "html").write_text(body, encoding="utf-8")
        _file(folder, "html-news", article, "html").write_text(web_pages.news_page(article, body), encoding="utf-8")
        _file(folder, "html-reader", article, "html").write_text(web_pages.reader_page(article, body), encoding="utf-8")
        _file(folder, "html-poor", article, "html").write_bytes(web_pages.poor_page(article, body))


def _with_libreoffice(folder: Path) -> None:
    documents = sorted((folder / "odt-pandoc").iterdir())
    for suffix in office.LIBREOFFICE_SUFFIXES:
        office.libreoffice(documents, suffix, folder / f"{suffix}-libreoffice")


def _with_chromium(folder: Path) -> None:
    with browser() as page:
        for article in articles():
            html = (folder / "html-news" / f"{article.id}.html").read_text(encoding="utf-8")
            page.open(article.address, html)
            _file(folder, "html-chromium", article, "html").write_text(page.html(), encoding="utf-8")
            _file(folder, "mhtml-chromium", article, "mhtml").write_bytes(page.mhtml().encode())
            pdf = page.pdf(paperWidth=8.27, paperHeight=11.69, displayHeaderFooter=True)
            _file(folder, "pdf-chromium", article, "pdf").write_bytes(pdf)
            body = (folder / "fragments" / f"{article.id}.html").read_text(encoding="utf-8")
            for name, layout in _PRINTED.items():
                page.open(f"{article.address}/print", web_pages.printed_page(article, body, **layout))
                page.evaluate(web_pages.HYPHENATE)
                pdf = page.pdf(preferCSSPageSize=True)
                _file(folder, name, article, "pdf").write_bytes(pdf)


def _with_qpdf(folder: Path) -> None:
    """Encrypt a PDF: with a password, and so that everybody may read it."""
    source, target = folder / "pdf-libreoffice" / f"{articles()[0].id}.pdf", folder / "encrypted-qpdf"
    target.mkdir(parents=True, exist_ok=True)
    for name, password in (("password", "kettle"), ("readable", "")):
        command = ["qpdf", "--encrypt", password, "owner", "256", "--", str(source), str(target / f"{name}.pdf")]
        subprocess.run(command, check=True)


def _pages(folder: Path) -> dict[str, int]:
    """Return by question on which page of a PDF the answer stands, as pdftotext reads it."""
    pages: dict[str, list[str]] = {}
    for article in articles():
        command = ["pdftotext", "-enc", "UTF-8", str(folder / f"{article.id}.pdf"), "-"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        pages[article.id] = [squeezed(page) for page in text.split("\f")]
    return {question.question: _page(squeezed(question.near), pages[question.article]) for question in questions()}


def _page(words: str, pages: list[str]) -> int:
    """Return the page on which these words begin; they may continue on the next one."""
    for length in range(len(words), len(words) // 2, -1):
        for number, text in enumerate(pages, 1):
            if words[:length] in text:
                return number
    raise ValueError(f"no page contains {words!r}")


def _file(folder: Path, format_name: str, article: Article, suffix: str) -> Path:
    (folder / format_name).mkdir(parents=True, exist_ok=True)
    return folder / format_name / f"{article.id}.{suffix}"


def _pack(folder: Path) -> int:
    """Write an archive of a folder that is the same for the same files, and return its size."""
    target = FILES / f"{folder.name}.tar.xz"
    with tarfile.open(target, "w:xz", preset=9) as archive:
        for path in sorted(folder.iterdir()):
            entry = tarfile.TarInfo(path.name)
            entry.size = path.stat().st_size
            archive.addfile(entry, io.BytesIO(path.read_bytes()))
    return target.stat().st_size


if __name__ == "__main__":
    main()
