"""The formats, what each of them states of an article, and their files, unpacked or made."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from tests.formats import mail, records
from tests.formats.articles import ARTICLES, HERE, Article, articles

FILES = HERE / "files"
ALL_FIELDS = frozenset({"title", "author", "date", "source"})

_Write = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A format as one program writes it."""

    name: str
    """The format and the program or kind."""
    unit: str
    """What the place of a citation names: ``heading``, ``page``, ``message``, ``record``, or nothing."""
    fields: frozenset[str] = ALL_FIELDS
    """The metadata that its files state."""
    write: _Write | None = None
    """Makes its files in a folder; None if they are packed."""

    @property
    def in_one_file(self) -> bool:
        """Whether all articles are in one file."""
        return self.unit in ("message", "record")

    def write_to(self, folder: Path) -> None:
        """Write the files into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.write:
            self.write(folder)
        else:
            _unpack(self.name, folder)


def _unpack(name: str, folder: Path) -> None:
    with tarfile.open(FILES / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="data")


@cache
def _packed_texts(name: str) -> dict[str, str]:
    """Return the text of each article from an archive of text files, by id."""
    with tarfile.open(FILES / f"{name}.tar.xz") as archive:
        files = {Path(entry.name).stem: archive.extractfile(entry) for entry in archive}
        return {name: file.read().decode() for name, file in files.items() if file}


def _mails(with_html: bool | None = None) -> dict[str, EmailMessage]:
    """Return the articles as mails: all in plain text, all with HTML too, or alternating."""
    texts, bodies = _packed_texts("txt-pandoc"), _packed_texts("fragments")

    def number(article: Article) -> int:
        return article.number if with_html is None else 2 * article.number + with_html

    return {
        article.id: mail.message(article, texts[article.id], bodies[article.id], number(article))
        for article in articles()
    }


def _copy_markdown(folder: Path) -> None:
    shutil.copytree(ARTICLES, folder, dirs_exist_ok=True)


def _of_records(
    name: str, write: Callable[[Path, tuple[Article, ...], dict[str, str]], None], texts: str = "txt-pandoc"
) -> Format:
    suffix = name.partition("-")[0]
    return Format(
        name, "record", write=lambda folder: write(folder / f"articles.{suffix}", articles(), _packed_texts(texts))
    )


_WITHOUT_OUTLET = ALL_FIELDS - {"source"}
_BYLINE = frozenset({"title", "author"})
"""Outlet and date stand only in running heads, or nowhere."""
_NOTHING: frozenset[str] = frozenset()

FORMATS = {
    each.name: each
    for each in (
        Format("md", "heading", write=_copy_markdown),
        Format("txt-pandoc", "", _NOTHING),
        Format("html-news", "heading"),
        Format("html-chromium", "heading"),
        Format("html-poor", "heading"),
        Format("html-reader", "heading", _BYLINE),
        Format("html-pandoc", "heading", _WITHOUT_OUTLET),
        Format("html-libreoffice", "heading"),
        Format("mhtml-chromium", "heading"),
        Format("pdf-chromium", "page", _WITHOUT_OUTLET),
        Format("pdf-chromium-columns", "page", _BYLINE),
        Format("pdf-chromium-a5", "page", _BYLINE),
        Format("pdf-libreoffice", "page", _WITHOUT_OUTLET),
        Format("docx-pandoc", "heading"),
        Format("docx-libreoffice", "heading"),
        Format("odt-pandoc", "heading"),
        Format("odt-libreoffice", "heading"),
        Format("rtf-pandoc", "", _WITHOUT_OUTLET),
        Format("rtf-libreoffice", "heading"),
        Format("epub-pandoc", "heading"),
        Format("epub-libreoffice", "heading", _WITHOUT_OUTLET),
        Format("fb2-pandoc", "heading", _WITHOUT_OUTLET),
        Format("rst-pandoc", "heading", _WITHOUT_OUTLET),
        Format("org-pandoc", "heading", _WITHOUT_OUTLET),
        Format("eml-plain", "", _WITHOUT_OUTLET, lambda folder: mail.write_mails(folder, _mails(False))),
        Format("eml-html", "", _WITHOUT_OUTLET, lambda folder: mail.write_mails(folder, _mails(True))),
        Format("mbox", "message", _WITHOUT_OUTLET, lambda folder: mail.write_mailbox(folder / "desk.mbox", _mails())),
        _of_records("jsonl", records.write_json_lines),
        _of_records("jsonl-export", records.write_export_lines),
        _of_records("json", records.write_json),
        _of_records("json-news", records.write_news_json, "fragments"),
        _of_records("csv", records.write_csv),
        _of_records("csv-spreadsheet", records.write_spreadsheet_csv),
    )
}
"""All formats by name."""
