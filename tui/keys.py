"""The names of all actions, by which qa.toml gives them other keys."""

from __future__ import annotations

from textual.binding import Binding
from textual.dom import DOMNode

from tui.article import ArticleScreen
from tui.ask import AskScreen
from tui.help import HelpScreen
from tui.library import LibraryScreen
from tui.model import ModelScreen
from tui.question_line import QuestionLine
from tui.why import WhyScreen

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
