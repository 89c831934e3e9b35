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

    def in_words(self) -> str:
        """Return how many there are of each kind, on one line, unsupported types first; empty if nothing is left out.

        Suffixes and names of folders are as they are on disk: sanitize them before they are shown.
        """
        counts = [(self.hidden_folders, "hidden folder"), (self.hidden_files, "hidden file")]
        counts += [(count, f"{name} folder") for name, count in sorted(self.generated_folders.items())]
        counts += [(self.duplicate_links, "duplicate link")]
        others = ", ".join(counted(count, noun) for count, noun in counts if count)
        return "; ".join(filter(None, (self._unsupported(), others)))

    def _unsupported(self) -> str:
        """Return how many files there are of each type without a loader, the most frequent first."""
        by_frequency = sorted(self.other_types.items(), key=lambda item: (-item[1], item[0]))
        types = [f"{count} {suffix or 'without suffix'}" for suffix, count in by_frequency[:_TYPES_NAMED]]
        others = sum(count for _, count in by_frequency[_TYPES_NAMED:])
        return f"{', '.join(types + [counted(others, 'other')] * bool(others))} not supported" if types else ""
