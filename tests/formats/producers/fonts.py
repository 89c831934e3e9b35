"""Fonts without hinting: PDF embeds parts of them, and instructions for screens are half of their size."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_INSTALLED = Path("/usr/share/fonts/truetype/dejavu")
_NAMES = ("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic")
_CONFIGURATION = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


@contextmanager
def small_fonts() -> Iterator[None]:
    """Let programs that are started now see only these fonts."""
    with tempfile.TemporaryDirectory() as folder:
        for name in _NAMES:
            font = f"{_INSTALLED / name}.ttf"
            options = ("--unicodes=*", "--layout-features=*", "--no-hinting", f"--output-file={folder}/{name}.ttf")
            subprocess.run([sys.executable, "-m", "fontTools.subset", font, *options], check=True)
        configuration = Path(folder, "fonts.conf")
        configuration.write_text(_CONFIGURATION.format(folder=folder), encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        try:
            yield
        finally:
            del os.environ["FONTCONFIG_FILE"]
