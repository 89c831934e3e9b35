"""What is skipped, in a line for each file, or for each reason that many files share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa.text.sanitizing import single_line

_MOST_LISTED = 3
"""Files with the same reason that have a line each."""


def skipped_lines(files: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines about files that are skipped, each given by its path and the reason."""
    by_reason: dict[str, list[str]] = {}
    for path, reason in files:
        by_reason.setdefault(reason, []).append(path)
    for reason, paths in by_reason.items():
        if len(paths) <= _MOST_LISTED:
            yield from (single_line(f"{path}: {reason}") for path in paths)
        else:
            yield single_line(f"{len(paths)} files: {reason} ({', '.join(paths[:_MOST_LISTED])}, \u2026)")
