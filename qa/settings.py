"""Every setting, its default, and where its value comes from: option > ``QA_*`` > ``qa.toml`` > default."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypedDict, Unpack, cast
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, PrivateAttr, StrictStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from qa.consent import ConsentNeeded, Request, request_of
from qa.errors import CorpusError, UsageError
from qa.settings_errors import CONFIG_FILE, explain
from qa.settings_file import SettingsFile, current_folder, nearest_file, real_path
from qa.settings_servers import ServerLocation, index_of, location_of, vectors_of

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Name of the embedding model that comes with the package."""
_HARMLESS: Mapping[str, Collection[object]] = {
    "llm": ("none",),
    "llm_base_url": (),
    "vectors": (),
    "model": (DEFAULT_MODEL,),
    "follow_links": (False,),
}
"""The settings besides paths that ``qa.toml`` sets only with consent, and the values for which it needs none."""


class Settings(BaseSettings):
    """What the user can set; relative paths in ``qa.toml`` count from its folder."""

    model_config = SettingsConfigDict(
        env_prefix="QA_", env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    corpus: Path | None = Field(default=None, description="folder of articles")
    index: Path | StrictStr | None = Field(
        default=None, description="folder of the index, or address of a PostgreSQL database"
    )
    vectors: str | None = Field(
        default=None, description="address of a Chroma server, or chroma-cloud, for an index in PostgreSQL"
    )
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
    llm_base_url: str | None = Field(default=None, description="address of the server of an openai-like model")
    llm_context: int = Field(
        default=8192, ge=2048, description="most tokens that the language model may read and write at once"
    )
    llm_timeout: float = Field(default=120, gt=0, description="seconds to wait for the language model")
    llm_required: bool = Field(
        default=False, description="fail if the language model fails, instead of answering without it"
    )
    strict: bool = Field(default=False, description="leave out what the language model writes that no passage supports")
    history: bool = Field(
        default=True, description="whether sessions of the terminal UI and the last questions of qa ask are saved"
    )
    refresh: bool = Field(
        default=True, description="whether the index is updated before a question, if articles have changed"
    )
    keys: dict[str, str] = Field(default_factory=dict, description="key bindings of the terminal UI, by action")

    _check_index = field_validator("index", mode="before")(index_of)
    _check_vectors = field_validator("vectors", mode="before")(vectors_of)

    @field_validator("llm_base_url")
    @classmethod
    def _check_address(cls, address: str | None) -> str | None:
        if address is not None and not _is_address(address):
            raise PydanticCustomError("address", "is no address")
        return address

    _file: Path | None = PrivateAttr(default=None)
    _trusted: tuple[str, ...] = PrivateAttr(default=())

    @property
    def file(self) -> Path | None:
        """The ``qa.toml`` that was read; None if there is none."""
        return self._file

    @property
    def trusted(self) -> tuple[str, ...]:
        """Names of the settings in effect from ``qa.toml`` that the user has consented to."""
        return self._trusted

    @property
    def uses_base_url(self) -> bool:
        """Whether the language model is one that ``llm_base_url`` is for."""
        return (self.llm or "").startswith("openai-like/")

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
        return real_path("corpus", self.corpus)

    @property
    def server(self) -> ServerLocation | None:
        """Where the index is on servers; None if it is a folder.

        Raises:
            UsageError: only one of ``index`` and ``vectors`` is on a server.
        """
        return location_of(self.index, self.vectors)

    @property
    def index_name(self) -> str:
        """What messages call the index: its folder, or the address of its database.

        Raises:
            UsageError: as ``index_root``.
        """
        return str(self.server or self.index_root)

    @property
    def index_root(self) -> Path:
        """The folder of the index: as set, else in the user's data folder, one for each corpus.

        Of an index on servers, the folder of what indexing saves on this machine.

        Raises:
            UsageError: what is set can be no path, or is a file.
        """
        if self.server is not None:
            return user_data_path("qa") / "servers" / self.server.folder_name
        if isinstance(self.index, Path):
            root = real_path("index", self.index)
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
    def news_file(self) -> Path:
        """Where ``qa news`` saves which articles of this corpus the user has seen."""
        return user_data_path("qa") / "news" / f"{self._corpus_key}.json"

    @property
    def saved_questions_file(self) -> Path:
        """Where ``qa watch`` saves questions about this corpus."""
        return user_data_path("qa") / "questions" / f"{self._corpus_key}.json"

    @property
    def _corpus_key(self) -> str:
        root = self.corpus_root
        return f"{root.name}-{hashlib.sha256(str(root).encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


class FurtherOptions(TypedDict, total=False):
    """The fields of ``Settings`` as keyword arguments, except the four that ``qa.open`` names; None: not given."""

    vectors: str | None
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
    refresh: bool | None


def load_settings(start: Path | None = None, **options: Unpack[SettingsOptions]) -> Settings:
    """Return the settings that apply in folder ``start`` (default: the current one).

    Options that are None count as not given. An index set together with a corpus belongs to that corpus: choosing
    another corpus by option or environment does not write into it. Likewise, choosing a folder as index leaves aside
    the ``vectors`` that were set for another.

    Raises:
        UsageError: a value or a name is not allowed, or ``qa.toml`` cannot be parsed or needs consent.
    """
    given = {name: value for name, value in options.items() if value is not None}
    file = nearest_file(start or current_folder())
    in_file = {**file.values} if file else {}
    try:
        chosen = Settings(**cast(dict[str, Any], given))
        explicit = {name: getattr(chosen, name) for name in chosen.model_fields_set}
        _leave_aside(given, explicit, in_file)
        settings = Settings.model_validate(in_file | explicit)
        location_of(settings.index, settings.vectors)
    except ValidationError as error:
        raise explain(error, given.keys(), in_file.keys(), Settings.model_fields.keys()) from None
    if file:
        settings._file = file.path
        settings._trusted = _require_consent(file, in_file.keys() - explicit.keys(), settings)
    return settings


def consent_needed(folder: Path) -> Request | None:
    """Return what the ``qa.toml`` that applies in ``folder`` needs consent for; None if there is no such file.

    Raises:
        UsageError: it cannot be parsed.
    """
    file = nearest_file(folder)
    return request_of(file, _HARMLESS) if file else None


def cache_folder() -> Path:
    """Return the folder for exported models and for notes that a model's hash was checked."""
    return user_cache_path("qa")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _leave_aside(given: dict[str, Any], explicit: dict[str, Any], in_file: dict[str, Any]) -> None:
    """Take back what was set for another corpus or index than the one that is given, or set by a variable."""
    if "corpus" in explicit and "index" not in explicit and not _same_corpus(explicit["corpus"], in_file):
        in_file.pop("index", None)
        in_file.pop("vectors", None)
    if isinstance(explicit.get("index"), Path) and "vectors" not in (given if "index" in given else explicit):
        explicit["vectors"] = None


def _same_corpus(corpus: Path, in_file: dict[str, Any]) -> bool:
    return "corpus" in in_file and real_path("corpus", corpus) == real_path("corpus", in_file["corpus"])


def _require_consent(file: SettingsFile, used: Collection[str], settings: Settings) -> tuple[str, ...]:
    """Return those of the settings ``used`` from a file that need consent and have it.

    Raises:
        ConsentNeeded: they do not have it.
    """
    request = request_of(file, _HARMLESS)
    unused = set() if settings.uses_base_url or file.is_uninvited else {"llm_base_url"}
    sensitive = tuple(name for name in request.values if name in used and name not in unused)
    if sensitive and not request.is_granted:
        raise ConsentNeeded(request)
    return sensitive
