"""Office documents, books and markup, made by pandoc and LibreOffice."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.formats.articles import Article

PANDOC_SUFFIXES = ("docx", "odt", "rtf", "epub", "rst", "org", "fb2", "html")
LIBREOFFICE_SUFFIXES = ("docx", "odt", "rtf", "epub", "html", "pdf")

_WITHOUT_THUMBNAIL = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Save/Document">
<prop oor:name="GenerateThumbnail" oor:op="fuse"><value>false</value></prop></item></oor:items>
"""
"""Pictures of the first page would be half of each file."""
_TIME = {"SOURCE_DATE_EPOCH": "1767600000"}


def pandoc(article: Article, target: Path, *options: str) -> None:
    """Convert an article to the format that the suffix of ``target`` or ``options`` name."""
    outlet = f"--metadata=publisher:{article.source}"
    command = ["pandoc", "--metadata=lang:en-GB", outlet, *options, "-o", str(target), str(article.path)]
    subprocess.run(command, check=True, env=os.environ | _TIME)


def fragment(article: Article) -> str:
    """Return the body of an article in HTML."""
    command = ["pandoc", "-t", "html", "--wrap=none", str(article.path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def libreoffice(documents: Iterable[Path], suffix: str, target: Path) -> None:
    """Convert documents to the format with this suffix, in the folder ``target``."""
    with tempfile.TemporaryDirectory() as profile:
        registry = Path(profile, "user", "registrymodifications.xcu")
        registry.parent.mkdir()
        registry.write_text(_WITHOUT_THUMBNAIL, encoding="utf-8")
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", suffix]
        subprocess.run([*command, "--outdir", target, *documents], check=True, capture_output=True)
