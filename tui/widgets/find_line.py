"""The search field of an article."""

from __future__ import annotations

from textual.widgets import Input

_TITLE = "Find (Enter, then n and N: next and previous match; Escape: close)"


class FindLine(Input):
    """Takes what to find, and says which of how many matches is shown."""

    def open(self) -> None:
        """Show the field, its text selected so that typing replaces it."""
        self.display = True
        self.border_title = _TITLE
        self.screen.set_focus(self)  # at once, so that the next key is typed here
        self.select_all()

    def close(self) -> None:
        """Hide and empty the field."""
        self.display = False
        with self.prevent(Input.Changed):
            self.clear()
        self.count(0, 0)

    def count(self, number: int, total: int) -> None:
        """Say that match ``number`` of ``total`` is shown."""
        matches = f"{number} of {total:,}" if total else "no match"
        self.border_subtitle = matches if self.value.strip() else ""
