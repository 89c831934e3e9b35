"""What a corpus has that is not meant to be read, counted by kind."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa.text.english import counted

_TYPES_NAMED = 5
"""File types that are named in words."""


@dataclass(slots=True)
class LeftOut:
    """How much of a corpus is not meant to be read; the content of folders that are left out is not counted."""

    hidden_folders: int = 0
    """Folders whose name begins with a dot."""
    hidden_files: int = 0
    """Files whose name begins with a dot."""
    generated_folders: dict[str, int] = field(default_factory=dict)
    """Folders that programs write, by name."""
    duplicate_links: int = 0
    """Links to files and folders that are listed anyway."""
    other_types: dict[str, int] = field(default_factory=dict)
    """Files without a loader by lower-case suffix, which may be empty."""
    missing: dict[str, dict[str, int]] = field(default_factory=dict)
    """Files whose loader needs something that is not installed, by suffix; by the command that adds it."""

    def in_words(self) -> str:
        """Return how many there are of each kind, on one line, unsupported types first; empty if nothing is left out.

        Suffixes and names of folders are as they are on disk: sanitize them before they are shown.
        """
        counts = [(self.hidden_folders, "hidden folder"), (self.hidden_files, "hidden file")]
        counts += [(count, f"{name} folder") for name, count in sorted(self.generated_folders.items())]
        counts += [(self.duplicate_links, "duplicate link")]
        others = ", ".join(counted(count, noun) for count, noun in counts if count)
        return "; ".join(filter(None, (self.missing_in_words(), self._unsupported(), others)))

    def missing_in_words(self) -> str:
        """Return how many files of which types cannot be read yet, and the command that helps; empty if none."""
        return "; ".join(f"{_by_type(counts)} not read: {command}" for command, counts in sorted(self.missing.items()))

    def _unsupported(self) -> str:
        """Return how many files there are of each type without a loader, the most frequent first."""
        return f"{_by_type(self.other_types)} not supported" if self.other_types else ""


def _by_type(counts: dict[str, int]) -> str:
    """Return how many files there are of each type, the most frequent first."""
    by_frequency = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    types = [f"{count} {suffix or 'without suffix'}" for suffix, count in by_frequency[:_TYPES_NAMED]]
    others = sum(count for _, count in by_frequency[_TYPES_NAMED:])
    return ", ".join(types + [counted(others, "other")] * bool(others))
