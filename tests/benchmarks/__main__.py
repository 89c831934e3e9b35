"""``python -m tests.benchmarks DATA [NAME ...]``: run benchmarks, print tables and update docs/benchmarks.md.

DATA contains ``multihop/``, ``squad/``, ``rgb/``, ``score_multihop.py`` and ``naive_llamaindex.py`` (see CONTRIBUTING).
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import (
    citations,
    contradictions,
    copies,
    folder,
    news,
    reading,
    refusal,
    retrieval,
    scale,
    servers,
    speed,
    support,
    terminal,
    unanswerable,
    written,
    yes_no,
)
from tests.benchmarks.figures import save_figures, table

BENCHMARKS = {
    "reading": reading.run,
    "unanswerable": unanswerable.run,
    "yes_no": yes_no.run,
    "folder": folder.run,
    "refusal": refusal.run,
    "retrieval": retrieval.run,
    "news": news.run,
    "citations": citations.run,
    "contradictions": contradictions.run,
    "copies": copies.run,
    "speed": speed.run,
    "scale": scale.run,
    "servers": servers.run,
    "terminal": terminal.run,
    "support": support.run,
    "written": written.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with the development data")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="which to run (default: all)")
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-benchmarks", help="where to store indexes"
    )
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    libraries = ("chromadb", "onnxruntime", "llama-index-core", "torch")
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    print(", ".join(f"{library} {version(library)}" for library in libraries))
    for name in arguments.names or BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        figures = BENCHMARKS[name](arguments.data, arguments.work)
        print(table(figures), flush=True)
        save_figures(name, figures, list(BENCHMARKS))


if __name__ == "__main__":
    main()
