"""Every setting, its default, and where its value comes from: option > ``QA_*`` > ``qa.toml`` > default."""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path
from typing import Any, TypedDict, Unpack, cast

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, PrivateAttr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from qa.errors import CorpusError, UsageError
from qa.settings_errors import CONFIG_FILE, explain

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Name of the embedding model that comes with the package."""


class Settings(BaseSettings):
    """What the user can set; relative paths in ``qa.toml`` count from its folder."""

    model_config = SettingsConfigDict(env_prefix="QA_", env_ignore_empty=True, extra="forbid", frozen=True)

    corpus: Path | None = Field(default=None, description="folder of articles")
    index: Path | None = Field(default=None, description="folder of the index")
    follow_links: bool = Field(
        default=False, description="follow links that lead to files and folders outside the corpus"
    )
    read_comments: bool = Field(
        default=False, description="also read what writers hid in comments (%%...%% and <!-- ... -->)"
    )
    top_k: int = Field(default=10, ge=1, le=1000, description="number of passages to retrieve")
    model: str = Field(
        default=DEFAULT_MODEL, min_length=1, description="embedding model: sentence-transformers name or path"
    )
    min_confidence: float = Field(default=0.3, ge=0, le=1, description="refuse to answer below this confidence")
    llm: str | None = Field(default=None, description="language model that writes the answers: provider/name, or none")
    llm_base_url: str | None = Field(default=None, description="address of the language model's server")
    llm_context: int = Field(
        default=8192, ge=2048, description="tokens that the language model can read and write at once"
    )
    llm_timeout: float = Field(default=120, gt=0, description="seconds to wait for the language model")
    llm_required: bool = Field(
        default=False, description="fail if the language model fails, instead of answering without it"
    )
    strict: bool = Field(default=False, description="leave out what the language model writes that no passage supports")
    history: bool = Field(
        default=True, description="whether sessions of the terminal UI and the last questions of qa ask are saved"
    )
    keys: dict[str, str] = Field(default_factory=dict, description="key bindings of the terminal UI, by action")

    _from_file: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def from_file(self) -> frozenset[str]:
        """Names of the settings whose values come from ``qa.toml``, which may be somebody else's."""
        return self._from_file

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from options and environment only; ``load_settings`` adds ``qa.toml``."""
        return init_settings, env_settings

    @property
    def corpus_root(self) -> Path:
        """The corpus's real path.

        Raises:
            CorpusError: neither option, environment nor ``qa.toml`` names one.
            UsageError: what they name can be no path.
        """
        if self.corpus is None:
            raise CorpusError("No corpus configured", f"Pass --corpus DIR or set corpus in {CONFIG_FILE}.")
        return _real_path(self.corpus, "corpus")

    @property
    def index_root(self) -> Path:
        """The folder of the index: as set, else in the user's data folder, one for each corpus.

        Raises:
            UsageError: what is set can be no path, or is a file.
        """
        if self.index is not None:
            root = _real_path(self.index, "index")
            if os.path.lexists(root) and not root.is_dir():
                raise UsageError(f"The index {root} is not a folder", "Choose another folder with --index DIR.")
            return root
        return user_data_path("qa") / "indexes" / self._corpus_key

    @property
    def sessions_root(self) -> Path:
        """Where the terminal UI saves the sessions about this corpus."""
        return user_data_path("qa") / "sessions" / self._corpus_key

    @property
    def conversation_file(self) -> Path:
        """Where ``qa ask`` saves its last conversation about this corpus; the index folder may be read-only."""
        return user_data_path("qa") / "conversations" / f"{self._corpus_key}.json"

    @property
    def _corpus_key(self) -> str:
        root = self.corpus_root
        return f"{root.name}-{hashlib.sha256(str(root).encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


class FurtherOptions(TypedDict, total=False):
    """The fields of ``Settings`` as keyword arguments, except the three that ``qa.open`` names; None: not given."""

    follow_links: bool | None
    read_comments: bool | None
    top_k: int | None
    model: str | None
    min_confidence: float | None
    llm_base_url: str | None
    llm_context: int | None
    llm_timeout: float | None
    llm_required: bool | None
    strict: bool | None
    history: bool | None
    keys: dict[str, str] | None


class SettingsOptions(FurtherOptions, total=False):
    """All fields of ``Settings`` as keyword arguments; None means not given."""

    corpus: str | Path | None
    index: str | Path | None
    llm: str | None


def load_settings(start: Path | None = None, **options: Unpack[SettingsOptions]) -> Settings:
    """Return the settings that apply in folder ``start`` (default: the current one).

    Options that are None count as not given. An index set together with a corpus belongs to that corpus: choosing
    another corpus by option or environment does not write into it.

    Raises:
        UsageError: a value or a name is not allowed, or ``qa.toml`` cannot be parsed.
    """
    given = {name: value for name, value in options.items() if value is not None}
    in_file = _read_config(start or Path.cwd())
    try:
        chosen = Settings(**cast(dict[str, Any], given))
        explicit = {name: getattr(chosen, name) for name in chosen.model_fields_set}
        if "corpus" in explicit and "index" not in explicit and not _same_corpus(explicit["corpus"], in_file):
            in_file.pop("index", None)
        settings = Settings.model_validate(in_file | explicit)
    except ValidationError as error:
        raise explain(error, given.keys(), in_file.keys(), Settings.model_fields.keys()) from None
    settings._from_file = frozenset(in_file.keys() - explicit.keys())
    return settings


def cache_folder() -> Path:
    """Return the folder for exported models and for notes that a model's hash was checked."""
    return user_cache_path("qa")


def _same_corpus(corpus: Path, in_file: dict[str, Any]) -> bool:
    return "corpus" in in_file and _real_path(corpus, "corpus") == _real_path(in_file["corpus"], "corpus")


def _expanded(path: Path, setting: str) -> Path:
    """Return a path without ``~``.

    Raises:
        UsageError: there is no such user, or no file can have this name.
    """
    try:
        expanded = path.expanduser()
    except RuntimeError:
        raise UsageError(f"{setting}: there is no user {path.parts[0][1:]!r}", "Correct the path.") from None
    if "\0" in str(expanded):
        raise UsageError(f"{setting}: a path cannot contain the character NUL", "Correct the path.")
    return expanded


def _real_path(path: Path, setting: str) -> Path:
    """Return a path without ``~`` and links; unlike ``Path.resolve``, also that of a link to itself."""
    return Path(os.path.realpath(_expanded(path, setting)))


def _read_config(start: Path) -> dict[str, Any]:
    """Read the nearest ``qa.toml``, walking up from ``start``; paths in it become absolute."""
    for folder in (start, *start.parents):
        path = folder / CONFIG_FILE
        if path.is_file():
            break
    else:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path} cannot be read: {error}", "Correct the file or move it away.") from None
    for name in {"corpus", "index"} & values.keys():
        if not isinstance(values[name], str):
            raise UsageError(f"{path}: {name} must be a path in quotes", "Correct the file or move it away.")
        values[name] = folder / _expanded(Path(values[name]), f"{path}: {name}")
    return values
