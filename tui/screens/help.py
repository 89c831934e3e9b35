"""The help screen: every key binding that works on the screen below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tui.themes import DIM

ABOUT = """\
Ask in your own words. Each statement of an answer cites its sources by number, and qa answers only what the articles \
say. A follow-up such as "and when was that?" is completed from the previous question; the completed question is shown.
Enter asks the question or opens the highlighted source. A number and Enter open the source with that number; so does \
a click on its mark, such as [1]. Tab moves to the next part of the screen. What you type goes to the question field.
For the same answers on the command line: qa ask "QUESTION". The name at the end of a line is that of the action, by \
which [keys] in qa.toml gives it another key.\
"""


class HelpScreen(ModalScreen[None]):
    """Lists the key bindings of the screen below, of the app, and of lists and input fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "dismiss", "Close", id="help.close"),
    ]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        active = [binding for binding in below.active_bindings.values() if binding.binding.description]
        self._groups = {
            "All screens": [binding for binding in active if binding.node is below.app and not binding.binding.system],
            "This screen": [binding for binding in active if binding.node is below and binding.binding.id],
            "Lists and input fields": [binding for binding in active if binding.node not in (below, below.app)],
        }

    def compose(self) -> ComposeResult:
        """Lay out the text and the key bindings."""
        with VerticalScroll(id="help"):
            for title, bindings in self._groups.items():
                yield Static(keys_content(title, bindings, self.app.get_key_display))
            yield Static(Content(ABOUT))

    def on_mount(self) -> None:
        """Focus the list, so that keys scroll it."""
        self.query_one("#help").border_title = "Help (Escape closes)"
        self.query_one("#help").focus()


def keys_content(title: str, bindings: Iterable[ActiveBinding], display: Callable[[Binding], str]) -> Content:
    """Return one line per action, with all its keys and its name."""
    keys: dict[tuple[str, str], list[str]] = {}
    for active in bindings:
        keys.setdefault((active.binding.description, active.binding.id or ""), []).append(display(active.binding))
    lines = [
        Content.assemble((f"{' or '.join(names):>14}  ", "bold"), f"{description:<28} ", (name, DIM))
        for (description, name), names in keys.items()
    ]
    return Content("\n").join([Content.styled(title, "bold $text-primary"), *lines])
