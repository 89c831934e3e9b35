"""An app that draws nothing which steers the terminal, and always gives the terminal back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.filter import LineFilter

from tui.safe import SafeLines

if TYPE_CHECKING:
    from rich.console import RenderableType

_SAFE_LINES = SafeLines()
_FUNCTION_KEY = re.compile(r"f\d+")


class TerminalApp(App[None]):
    """What Textual leaves to the app."""

    def __init__(self) -> None:
        super().__init__()
        self.is_suspended = False
        """Whether another program has the terminal."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Add a filter, so that no text that is drawn steers the terminal."""
        return [*super().get_line_filters(), _SAFE_LINES]

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Leave the terminal to another program, and take it back even after an error, as Textual would not."""
        failure: BaseException | None = None
        self.is_suspended = True
        try:
            with super().suspend():
                try:
                    yield
                except BaseException as error:
                    failure = error
        finally:
            self.is_suspended = False
        if failure is not None:
            raise failure

    def get_key_display(self, binding: Binding) -> str:
        """Return the name of a key as it is shown: a function key as it is printed on keyboards."""
        display = super().get_key_display(binding)
        return display.upper() if _FUNCTION_KEY.fullmatch(display) else display

    def pop_screen(self) -> AwaitComplete:
        """Close the top screen, but never the first: the palette closes twice if Enter is pressed twice quickly."""
        return super().pop_screen() if len(self.screen_stack) > 1 else AwaitComplete()

    @property
    def failure(self) -> Exception | None:
        """The error that ended the app, if one did."""
        return self._exception

    def panic(self, *renderables: RenderableType) -> None:
        """Exit after an error; ``run`` raises it, so that it is reported like that of any command."""
        self._exception = self._exception or OSError("The terminal cannot be read")
        self._fatal_error()

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
