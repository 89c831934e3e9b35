"""``python -m tests.helpers.limited_indexing CORPUS INDEX SECRET``: index, and print what happened as JSON.

Runs as a process of its own, so that the memory it takes can be measured and limited.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import qa

ADDRESS_SPACE = 12 << 30
"""Bytes; a reader that needs more fails instead of taking the machine's memory."""


def main() -> None:
    """Index a corpus and print a report."""
    corpus, index, secret = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    with qa.open(corpus=Path(corpus), index=Path(index)) as assistant:
        paths = [document.path for document in assistant.index.documents()]
        listing = assistant.corpus.scan()
        texts = assistant.index.beginnings(paths, sys.maxsize)
        report = {
            "indexed": paths,
            "skipped": {file.path: file.reason for file in (*listing.skipped, *assistant.index.skipped())},
            "other_types": [*listing.left_out.other_types],
            "leaks": any(secret in str(text) for text in texts),
            "peak": _peak(),
        }
    report["reader_peak"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps(report))


def _peak() -> int:
    """Return the most memory that this process has had, in kilobytes.

    What ``getrusage`` says counts that of the process which started it, too.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main()
