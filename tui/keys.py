"""The names of all actions, by which qa.toml gives them other keys."""

from __future__ import annotations

from textual.binding import Binding
from textual.dom import DOMNode

from tui.screens.article import ArticleScreen
from tui.screens.ask import AskScreen
from tui.screens.help import HelpScreen
from tui.screens.library import LibraryScreen
from tui.screens.model import ModelScreen
from tui.screens.why import WhyScreen
from tui.widgets.question_line import QuestionLine

_SCREENS: tuple[type[DOMNode], ...] = (
    AskScreen,
    ArticleScreen,
    LibraryScreen,
    WhyScreen,
    ModelScreen,
    HelpScreen,
    QuestionLine,
)


def action_names(app: type[DOMNode]) -> set[str]:
    """Return the name of every action of the app and its screens."""
    bindings = (one for owner in (app, *_SCREENS) for one in owner.__dict__["BINDINGS"])
    return {one.id for one in bindings if isinstance(one, Binding) and one.id}
