"""The footer: the keys of the screen, as many as fit, and always those for help and for quitting."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.binding import ActiveBinding
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

_ALWAYS = ("app.help", "app.quit")
"""Ids of the bindings that stand at the right end."""


class KeyBar(Static):
    """Shows key bindings; one that does not fit is left out as a whole, the last ones first.

    One widget, since Textual's footer has one for each key, and takes 30 ms to replace them whenever the focus moves.

    Args:
        screens_first: show the keys that lead to other screens before those with Ctrl that this screen has.
    """

    ALLOW_SELECT = False

    def __init__(self, screens_first: bool = False) -> None:
        super().__init__()
        self.auto_links = False
        self._screens_first = screens_first

    def on_mount(self) -> None:
        """Draw the keys again whenever other bindings are active."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._show())

    def on_resize(self, event: events.Resize) -> None:
        """Draw what fits into the new width."""
        self._show()

    def _show(self) -> None:
        if self.is_attached and self.size.width:
            self.update(self._content(self.size.width))

    def _content(self, width: int) -> Content:
        """Return the keys in ``width`` cells."""
        active = self.screen.active_bindings.values()
        always = [self._key(each) for name in _ALWAYS for each in active if each.binding.id == name]
        space = width - sum(key.cell_length for key in always)
        keys: list[Content] = []
        for key in map(self._key, sorted(_shown(active), key=self._rank)):
            if key.cell_length > space:
                break
            space -= key.cell_length
            keys.append(key)
        return Content("").join([*keys, Content(" " * space), *always])

    def _key(self, active: ActiveBinding) -> Content:
        binding = active.binding
        click = Style.from_meta({"@click": f"app.simulate_key({binding.key!r})"})
        name = (f" {self.app.get_key_display(binding)} ", "bold $footer-key-foreground")
        return Content.assemble(name, f"{binding.description} ").stylize(click)

    def _rank(self, active: ActiveBinding) -> tuple[bool, ...]:
        """Return how far to the right a key stands."""
        is_of_app = active.node is self.app
        has_ctrl = active.binding.key.startswith("ctrl+")
        return (has_ctrl, is_of_app) if self._screens_first else (is_of_app, has_ctrl)


def _shown(active: Iterable[ActiveBinding]) -> Iterable[ActiveBinding]:
    """Return the bindings that are meant for the footer and can be used now, one for each action."""
    actions = {each.binding.action: each for each in reversed([*active]) if each.binding.show and each.enabled}
    return reversed([*actions.values()])
