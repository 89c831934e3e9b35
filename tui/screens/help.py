"""What can be done here: every key that works on the screen below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

ABOUT = """\
Ask in plain words; every statement of an answer ends in the numbers of its sources, and nothing is answered that \
the articles do not say. A question that leans on the one before ("and when was that?") is understood so, and shown \
as it was understood.
Enter asks, or opens the highlighted source. Tab goes from the line to the sources and on. Letters and digits \
below work where they would not be typed; keys with F or Ctrl work everywhere. The mouse works too: marks like [1] \
open their source.
The same answers without a screen: qa ask QUESTION.\
"""


class HelpScreen(ModalScreen[None]):
    """Shows the keys of the screen below: its own, those of the app, and those of lists and lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,q", "dismiss", "Close", id="help.close"),
    ]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        active = [one for one in below.active_bindings.values() if one.binding.description]
        self._groups = {
            "Here": [one for one in active if one.node is below],
            "Everywhere": [one for one in active if one.node is below.app and not one.binding.system],
            "In lists and lines": [one for one in active if one.node not in (below, below.app)],
        }

    def compose(self) -> ComposeResult:
        """Lay out text and keys."""
        with VerticalScroll(id="help"):
            yield Static(Content(ABOUT))
            for title, bindings in self._groups.items():
                yield Static(keys_content(title, bindings, self.app.get_key_display))

    def on_mount(self) -> None:
        """Let the keys scroll."""
        self.query_one("#help").border_title = "Help; Escape closes it"
        self.query_one("#help").focus()


def keys_content(title: str, bindings: Iterable[ActiveBinding], display: Callable[[Binding], str]) -> Content:
    """Return the keys with what they do, one action a line, all its keys together."""
    keys: dict[str, list[str]] = {}
    for one in bindings:
        told = one.binding.description + (f" ({one.tooltip})" if one.tooltip else "")
        keys.setdefault(told, []).append(display(one.binding))
    lines = [Content.assemble((f"{' or '.join(names):>14}  ", "bold"), told) for told, names in keys.items()]
    return Content("\n").join([Content.styled(title, "bold $text-primary"), *lines])
