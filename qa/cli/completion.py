"""Completion of command lines in bash, zsh and fish: the script for the shell, and the answers to what it asks.

A script calls ``qa`` with ``_QA_COMPLETE=SHELL_complete`` at each press of Tab, so nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, ZshComplete

from qa.errors import ExitCode, QAError, UsageError
from qa.text.sanitizing import single_line

if TYPE_CHECKING:
    from qa.filtering import KnownNames
    from qa.settings import Settings, SettingsOptions

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
"""Returns what an incomplete value may become."""
VARIABLE = "_QA_COMPLETE"
"""The environment variable with the shell and what it asks for: ``source`` or ``complete``."""


class _Bash(BashComplete):
    """Completion in bash that also completes names with spaces and other special characters."""

    source_template = """\
%(complete_func)s() {
    local IFS=$'\\n' type value
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            name) compopt -o filenames; COMPREPLY+=("$value") ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the incomplete one, and that; bash takes ``--option=value`` for three words."""
        arguments, incomplete = super().get_completion_args()
        words: list[str] = []
        for word in [*arguments, incomplete]:
            if words and (word == "=" or words[-1].endswith("=")) and words[-1].startswith("-"):
                words[-1] += word
            else:
                words.append(word)
        return words[:-1], words[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """Return the kind of a completion and its value; bash quotes what is a name."""
        return f"{'name' if item.is_name else item.type},{item.value}"


class _Fish(FishComplete):
    """Completion in fish that also completes names with commas."""

    source_template = """\
function %(complete_func)s
    set -lx COMP_WORDS (commandline -cp)
    set -lx COMP_CWORD (commandline -t)
    for completion in (%(complete_var)s=fish_complete %(prog_name)s)
        set -l parts (string split --max 1 , -- $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo $parts[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


_CLASSES: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": ZshComplete, "fish": _Fish}
SHELLS = tuple(_CLASSES)
"""The shells that are supported."""


def script(shell: str, cli: click.Command) -> str:
    """Return the script that makes a shell complete the command lines of ``qa``."""
    # Without ShellComplete.source() of bash, which starts one to ask for its version.
    return ShellComplete.source(_of(shell, cli))


def respond(instruction: str, cli: click.Command) -> int:
    """Print what a shell asks for in ``_QA_COMPLETE``: a script or completions.

    Raises:
        UsageError: it is neither.
    """
    shell, _, request = instruction.partition("_")
    if shell not in SHELLS or request not in ("source", "complete"):
        raise UsageError(f"{VARIABLE} is neither SHELL_source nor SHELL_complete", "Run: qa completion --help")
    # As text: click would write bytes past the safe streams.
    click.echo(script(shell, cli) if request == "source" else _of(shell, cli).complete())
    return ExitCode.ANSWERED


def files(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete a file."""
    return [CompletionItem(incomplete, type="file")]


def folders(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete a folder."""
    return [CompletionItem(incomplete, type="dir")]


def command_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the commands whose name begins with ``incomplete``."""
    root = context.find_root()
    return root.command.shell_complete(root, incomplete)


def articles(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the articles whose path begins with ``incomplete``; if there are none, let the shell complete a file."""
    from qa.corpus import Corpus

    try:
        paths = [path for path in Corpus.configured(_settings(context)).files() if path.startswith(incomplete)]
    except QAError:
        paths = []
    names = [CompletionItem(path, is_name=True) for path in paths if path.isprintable()]
    return names or [CompletionItem(incomplete, type="file")]


def saved_questions(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the numbers of the saved questions; zsh and fish show the questions beside them."""
    from qa.saved_questions import SavedQuestions

    try:
        questions = SavedQuestions(_settings(context).saved_questions_file).all()
    except QAError:
        return []
    numbered = [(str(number), single_line(saved.question)) for number, saved in enumerate(questions, 1)]
    return [CompletionItem(number, help=text) for number, text in numbered if number.startswith(incomplete)]


def outlets(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the outlets of the articles whose name begins with ``incomplete``."""
    return _named(context, incomplete, lambda known: known.sources)


def authors(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the authors of the articles whose name begins with ``incomplete``."""
    return _named(context, incomplete, lambda known: known.authors)


def tags(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the tags of the articles that begin with ``incomplete``."""
    return _named(context, incomplete, lambda known: known.tags)


def _named(
    context: click.Context, incomplete: str, names: Callable[[KnownNames], Iterable[str]]
) -> list[CompletionItem]:
    """Return the names in the index as it is that begin with ``incomplete``; none without an index."""
    from qa.assistant import Assistant

    try:
        with Assistant(_settings(context)) as assistant:
            known = [*names(assistant.known_names())]
    except QAError:
        known = []
    wanted = incomplete.casefold()
    return [CompletionItem(name, is_name=True) for name in known if _fits(name, wanted)]


def _fits(name: str, wanted: str) -> bool:
    folded = name.casefold()
    return name.isprintable() and (folded.startswith(wanted) or folded.removeprefix("the ").startswith(wanted))


def _settings(context: click.Context) -> Settings:
    """Return the settings that the options on the incomplete command line give.

    Raises:
        QAError: they are wrong, or ``qa.toml`` needs consent.
    """
    from qa.settings import Settings, load_settings

    values = [*context.find_root().params.items(), *context.params.items()]
    options = {name: value for name, value in values if name in Settings.model_fields and value is not None}
    return load_settings(**cast("SettingsOptions", options))


def _of(shell: str, cli: click.Command) -> ShellComplete:
    return _CLASSES[shell](cli, {}, "qa", VARIABLE)
