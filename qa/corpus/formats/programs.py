"""Programs that loaders run, where they are installed."""

from __future__ import annotations

import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def find_program(name: str) -> str | None:
    """Return the path of a program: one on the path, or pandoc as the package ``pypandoc-binary`` brings it."""
    path = shutil.which(name)
    if path or name != "pandoc":
        return path
    package = find_spec("pypandoc")
    folder = Path(package.origin).parent / "files" if package and package.origin else None
    return shutil.which(name, path=folder) if folder and folder.is_dir() else None
