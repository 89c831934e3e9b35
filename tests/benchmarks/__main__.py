"""``python -m tests.benchmarks DATA [NAME ...]``: measure and print tables.

DATA holds ``multihop/``, ``squad/``, ``score_multihop.py`` and ``naive_llamaindex.py`` (see CONTRIBUTING).
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import citations, refusal, retrieval, speed

BENCHMARKS = {"retrieval": retrieval.run, "citations": citations.run, "refusal": refusal.run, "speed": speed.run}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of development data")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="which to run (default: all)")
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-benchmarks", help="where indexes are kept"
    )
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    libraries = ("chromadb", "onnxruntime", "llama-index-core", "torch")
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    print(", ".join(f"{library} {version(library)}" for library in libraries))
    for name in arguments.names or BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        BENCHMARKS[name](arguments.data, arguments.work)


if __name__ == "__main__":
    main()
