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
    """Shows key bindings; one that does not fit is left out as a whole, the last ones first."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        """Lay out the keys of the screen, and at the right end those that are always there."""
        always = self._always()
        space = self.app.size.width - sum(_width(key) for key in always)
        for key in sorted(super().compose(), key=_is_secondary):
            space -= _width(key)
            if space < 0:
                break
            yield key
        with HorizontalGroup(id="always"):
            yield from always

    def on_resize(self, event: events.Resize) -> None:
        """Lay out again what fits into the new width."""
        self.refresh(recompose=True)

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


def _is_secondary(key: Widget) -> bool:
    """Whether a key stands at the end, where it is left out first."""
    assert isinstance(key, FooterKey)
    return key.key.startswith("ctrl+")


def _width(key: Widget) -> int:
    """Return the number of cells that a key takes with its description and the spaces around them."""
    assert isinstance(key, FooterKey)
    return len(key.key_display) + len(key.description) + 3
