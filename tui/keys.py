"""The names of all actions, which ``keys`` in qa.toml can bind to other keys."""

from __future__ import annotations

from textual.binding import Binding
from textual.dom import DOMNode

from tui.screens.article import ArticleScreen
from tui.screens.ask import AskScreen
from tui.screens.dialogs import ConfirmScreen, NameScreen
from tui.screens.help import HelpScreen
from tui.screens.library import LibraryScreen
from tui.screens.list_screen import ListScreen
from tui.screens.model import ModelScreen
from tui.screens.search import SearchScreen
from tui.screens.sessions import SessionsScreen
from tui.screens.why import WhyScreen
from tui.widgets.filter_field import FilterField
from tui.widgets.question_line import QuestionLine
from tui.widgets.row_list import RowList

SCREENS: tuple[type[DOMNode], ...] = (
    AskScreen,
    ArticleScreen,
    LibraryScreen,
    SearchScreen,
    SessionsScreen,
    ListScreen,
    WhyScreen,
    ModelScreen,
    ConfirmScreen,
    NameScreen,
    HelpScreen,
    QuestionLine,
    FilterField,
    RowList,
)


def action_names(app: type[DOMNode]) -> set[str]:
    """Return the name of every action of the app and its screens."""
    bindings = (binding for owner in (app, *SCREENS) for binding in owner.__dict__["BINDINGS"])
    return {binding.id for binding in bindings if isinstance(binding, Binding) and binding.id}
