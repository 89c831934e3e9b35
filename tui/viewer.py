"""The command that opens a file in the system's viewer, a PDF at a page if an installed viewer can."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

_AT_PAGE = {
    "evince": ("--page-index={page}",),
    "okular": ("--page", "{page}"),
    "zathura": ("--page={page}",),
    "qpdfview": ("{file}#{page}",),
    "xpdf": ("{file}", "{page}"),
    "mupdf": ("{file}", "{page}"),
    "sioyek": ("--page", "{page}"),
}
"""Viewers of PDF by their program, with their arguments for a page; the file follows unless it is among them."""
_OPENERS = {"darwin": ("open",), "win32": ("explorer",)}
_PAGE = re.compile(r"page (\d+)")


def viewer_command(path: Path, locator: str) -> list[str] | None:
    """Return the command that opens a file, at the page that ``locator`` names if it is a PDF.

    Returns:
        The command, or None if nothing is installed that opens files.
    """
    page = _PAGE.match(locator)
    if page and path.suffix.lower() == ".pdf" and sys.platform not in _OPENERS:
        for program, arguments in _AT_PAGE.items():
            if shutil.which(program):
                filled = [argument.format(file=path, page=page[1]) for argument in arguments]
                return [program, *filled, *([] if "{file}" in arguments[0] else [str(path)])]
    for opener in _OPENERS.get(sys.platform, ("xdg-open",)):
        if shutil.which(opener):
            return [opener, str(path)]
    return None


def start(command: list[str]) -> None:
    """Start a viewer, which stays open after qa ends; if it ends before, it leaves no zombie.

    Raises:
        OSError: it cannot be started.
    """
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    threading.Thread(target=process.wait, daemon=True).start()
