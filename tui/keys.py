"""The names of all actions, which ``keys`` in qa.toml can bind to other keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys, key_to_character

from tui.screens.article import ArticleScreen
from tui.screens.ask import AskScreen
from tui.screens.dialogs import ConfirmScreen, NameScreen
from tui.screens.filter import FilterScreen
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
from tui.widgets.source_list import SourceList

SCREENS: tuple[type[DOMNode], ...] = (
    AskScreen,
    ArticleScreen,
    LibraryScreen,
    SearchScreen,
    SessionsScreen,
    ListScreen,
    WhyScreen,
    ModelScreen,
    FilterScreen,
    ConfirmScreen,
    NameScreen,
    HelpScreen,
    QuestionLine,
    SourceList,
    FilterField,
    RowList,
)
_MODIFIERS = {"ctrl", "alt", "shift", "meta", "super", "hyper"}
_NAMED = {key.value for key in Keys if not key.value.startswith("<")}


class _Action(NamedTuple):
    """An action that has a name."""

    name: str
    """Its name."""
    owner: type[DOMNode]
    """The app, or the screen or widget that has it."""
    keys: str
    """Its keys, separated by commas."""

    def shares_keys_with(self, other: _Action, app: type[DOMNode]) -> bool:
        """Whether a key would be ambiguous if it were bound to both actions."""
        return self.name != other.name and (app in (self.owner, other.owner) or self.owner is other.owner)


def usable_keys(app: type[DOMNode], keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Check the key bindings that the user wants.

    Args:
        app: the app, which has actions besides those of the screens.
        keys: keys by the name of the action, several separated by commas.

    Returns:
        The bindings that can be used, and for each of the others a line that says what is wrong with it.
    """
    actions = {action.name: action for action in _actions(app)}
    usable, problems = dict[str, str](), list[str]()
    for name, wanted in sorted(keys.items()):
        wrong = [key for key in _split(wanted) if not _is_key(key)]
        if name not in actions:
            problems.append(f"unknown action {name!r}{_suggestion(name, actions)}; F1 lists the actions")
        elif wrong:
            problems.append(f"{wrong[0]!r} for {name} is no key; for example: f9, ctrl+b or alt+up")
        else:
            usable[name] = wanted
    actions |= {name: actions[name]._replace(keys=wanted) for name, wanted in usable.items()}
    for name in [*usable]:
        clash = _clash(
            actions[name], [other for other in actions.values() if other.shares_keys_with(actions[name], app)]
        )
        if clash:
            del usable[name]
            problems.append(f"{clash[0]!r} for {name} is already the key of {clash[1]}")
    return usable, problems


def _actions(app: type[DOMNode]) -> list[_Action]:
    bindings = ((owner, binding) for owner in (app, *SCREENS) for binding in owner.__dict__["BINDINGS"])
    return [
        _Action(binding.id, owner, binding.key)
        for owner, binding in bindings
        if isinstance(binding, Binding) and binding.id
    ]


def _clash(action: _Action, others: Iterable[_Action]) -> tuple[str, str] | None:
    """Return a key of ``action`` that another one has too, and the name of that one."""
    keys = {key: other.name for other in others for key in _split(other.keys)}
    return next(((key, keys[key]) for key in _split(action.keys) if key in keys), None)


def _split(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",")]


def _suggestion(name: str, names: Iterable[str]) -> str:
    matches = get_close_matches(name, names, n=1)
    return f" (did you mean {matches[0]!r}?)" if matches else ""


def _is_key(name: str) -> bool:
    """Whether ``name`` is that of a key, with any modifiers in front of it."""
    *modifiers, key = name.split("+")
    if not _MODIFIERS.issuperset(modifiers):
        return False
    if len(key) == 1 or key in _NAMED:
        return True
    # A character may also be written as its Unicode name; those of symbols beyond ASCII are on no keyboard.
    character = key_to_character(key)
    return character is not None and character.isascii()
