"""Rich's console for progress displays on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from qa.cli.streams import unfiltered
from qa.text.sanitizing import disarm


def stderr_console() -> Console:
    """Return a console on which no text steers the terminal."""
    return _SafeConsole(file=unfiltered(sys.stderr))


class _SafeConsole(Console):
    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=disarm(segment.text))

    def show_cursor(self, show: bool = True) -> bool:
        """Leave the cursor as it is: a killed process could not show it again."""
        return False
