"""Mistakes in settings, each as one line that names the option, variable or key of ``qa.toml``."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from qa.errors import UsageError
from qa.settings_servers import UnusableAddress

if TYPE_CHECKING:
    from pydantic import ValidationError

CONFIG_FILE = "qa.toml"

_RULES = {
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be greater than {gt:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_too_short": "must not be empty",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotes",
    "address": "must be an address such as http://localhost:8000/v1",
    "path_type": "must be a path in quotes",
    "value_error": "{error}",
    "dict_type": 'must be a table such as {{ "ask.why" = "f9" }}',
}


def explain(
    error: ValidationError, options: Collection[str], in_file: Collection[str], known: Collection[str]
) -> UsageError:
    """Return the first problem of ``error`` as an error of ours.

    Args:
        error: what pydantic found.
        options: the names of the settings given as options; the others come from the environment or the file.
        in_file: the names of the settings in ``qa.toml``.
        known: the names of all settings.
    """
    problem = error.errors(include_url=False)[0]
    name = str(problem["loc"][0]) if problem["loc"] else ""
    if problem["type"] == "extra_forbidden":
        close = get_close_matches(name, known, n=1)
        suggestion = f" (did you mean '{close[0]}'?)" if close else ""
        where = "" if name in options else f"{CONFIG_FILE}: "
        return UsageError(f"{where}unknown setting '{name}'{suggestion}", "docs/configuration.md lists all settings.")
    cause = problem.get("ctx", {}).get("error")
    hint = cause.hint if isinstance(cause, UnusableAddress) else "Correct it, or leave it out."
    return UsageError(f"{_source(name, options, in_file)} {_rule(problem)}", hint)


def _source(name: str, options: Collection[str], in_file: Collection[str]) -> str:
    """Return what the user calls a setting, by where its value comes from."""
    if name in options:
        return f"--{name.replace('_', '-')}"
    return f"{CONFIG_FILE}: {name}" if name in in_file else f"QA_{name.upper()}"


def _rule(problem: Any) -> str:
    rule = _RULES.get(problem["type"])
    return rule.format(**problem.get("ctx", {})) if rule else f"is not allowed: {problem['msg']}"
