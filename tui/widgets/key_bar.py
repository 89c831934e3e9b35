"""The footer: the keys of the screen, as many as fit, and always those for help and for quitting."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import HorizontalGroup
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

_ALWAYS = ("app.help", "app.quit")
"""Ids of the bindings that stand at the right end."""


class KeyBar(Footer):
    """Shows key bindings; one that does not fit is left out as a whole, the last ones first.

    Args:
        screens_first: show the keys that lead to other screens before those with Ctrl that this screen has.
    """

    def __init__(self, screens_first: bool = False) -> None:
        super().__init__(show_command_palette=False)
        self._screens_first = screens_first

    def compose(self) -> ComposeResult:
        """Lay out the keys of the screen, and at the right end those that are always there."""
        always = self._always()
        space = self.app.size.width - sum(_width(key) for key in always)
        for key in sorted(super().compose(), key=self._rank):
            space -= _width(key)
            if space < 0:
                break
            yield key
        with HorizontalGroup(id="always"):
            yield from always

    def on_resize(self, event: events.Resize) -> None:
        """Lay out again what fits into the new width."""
        self.refresh(recompose=True)

    def _rank(self, key: Widget) -> tuple[bool, ...]:
        """Return how far to the right a key stands."""
        assert isinstance(key, FooterKey)
        is_of_app = self.screen.active_bindings[key.key].node is self.app
        has_ctrl = key.key.startswith("ctrl+")
        return (has_ctrl, is_of_app) if self._screens_first else (is_of_app, has_ctrl)

    def _always(self) -> list[FooterKey]:
        bindings = [active.binding for active in self.screen.active_bindings.values()]
        return [
            FooterKey(binding.key, self.app.get_key_display(binding), binding.description, binding.action).data_bind(
                compact=Footer.compact
            )
            for name in _ALWAYS
            for binding in bindings
            if binding.id == name
        ][: len(_ALWAYS)]


def _width(key: Widget) -> int:
    """Return the number of cells that a key takes with its description and the spaces around them."""
    assert isinstance(key, FooterKey)
    return len(key.key_display) + len(key.description) + 3
