"""An index on servers: which addresses ``index`` and ``vectors`` may have.

Passwords come from the environment only. An address with one is refused, and no message repeats what is refused.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from qa.errors import UsageError

CHROMA_CLOUD = "chroma-cloud"
"""The value of ``vectors`` for Chroma's hosted service."""
VECTORS_TOKEN = "QA_VECTORS_TOKEN"
"""The variable with the token for a proxy in front of a Chroma server, sent as ``Authorization: Bearer``."""

_ADDRESS = re.compile(r"\s*(?:postgres(?:ql)?:/|[\w+.:-]{2,}://|(?:\w+\s*=.*)?\bpassword\s*=)", re.IGNORECASE)
"""How a value of ``index`` begins that is meant as an address, in any of the forms in which PostgreSQL has them."""
_PASSWORD = re.compile(r"://.*:.*@", re.DOTALL)
"""A password, also one with characters that would have to be escaped."""
_SECRET_OPTION = re.compile(r"(?:password|secret)\s*=", re.IGNORECASE)
_PORT = r"(?::\d{1,5})?"
_HOST = rf"(?:\[[\w:.%]+\]|[^\s@:/?#,\[\]]*){_PORT}"
_DATABASE = re.compile(
    rf"postgres(?:ql)?(://(?:[^\s@:/?#]+@)?(?P<hosts>{_HOST}(?:,{_HOST})*)/(?P<name>[^\s@/?#]+)(?:\?(?P<options>[^\s@#]*))?)",
    re.IGNORECASE,
)
_SERVER = re.compile(rf"https?://(?:\[[\w:.%]+\]|[^\s@:/?#,\[\]]+){_PORT}(?:/[^\s@?#]*)?")
_OTHER_PLACES = {"hostaddr", "port", "dbname", "user", "service"}
"""Options by which an address would lead elsewhere than it seems to."""
_EXAMPLE = "postgresql://user@host:5432/articles"
_PASSWORD_HINT = "Leave passwords out: they come from PGPASSWORD or the .pgpass file."
_ADDRESS_HINT = "Write server and database before any ?; passwords come from PGPASSWORD or the .pgpass file."
_TOKEN_HINT = (
    f"Leave tokens and keys out: those of a proxy come from {VECTORS_TOKEN}, and those of {CHROMA_CLOUD} from "
    "CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE."
)


class UnusableAddress(ValueError):
    """An address that a setting cannot have."""

    def __init__(self, rule: str, hint: str) -> None:
        super().__init__(rule)
        self.rule = rule
        """What it must be, to follow the name of the setting."""
        self.hint = hint
        """What to do."""


@dataclass(frozen=True, slots=True)
class ServerLocation:
    """Where the two halves of an index on servers are."""

    database: str
    """Address of the PostgreSQL database, without a password."""
    vectors: str
    """Address of the Chroma server, or ``CHROMA_CLOUD``."""

    def __str__(self) -> str:
        """Return the address of the database as messages show it, without user and options."""
        hosts, name = self._parts
        hosts = f"localhost{hosts}" if hosts.startswith(":") else hosts or "localhost"
        return f"postgresql://{hosts}/{name}"

    @property
    def folder_name(self) -> str:
        """A name for the folder of what indexing saves on this machine."""
        name = re.sub(r"[^\w-]+", "-", unquote(self._parts[1]))[:40]
        return f"{name}-{hashlib.sha256((self.database + self.vectors).encode()).hexdigest()[:12]}"

    @property
    def _parts(self) -> tuple[str, str]:
        parts = _DATABASE.fullmatch(self.database)
        assert parts
        return parts["hosts"], parts["name"]


def is_address(value: str | Path) -> bool:
    """Whether a value of ``index`` is meant as an address, and not as a path."""
    return bool(_ADDRESS.match(str(value)))


def index_of(value: object) -> object:
    """Return what a value of ``index`` means: of text, the address of a database or else a path.

    Raises:
        UnusableAddress: it is an address, but not one that can be used.
    """
    if isinstance(value, str | Path) and is_address(value):  # a path has lost a slash, and is refused
        return _database(str(value))
    return Path(value) if isinstance(value, str) else value


def vectors_of(value: object) -> object:
    """Return the address of a Chroma server without a slash at its end, and what is no text as it is.

    Raises:
        UnusableAddress: it cannot be used.
    """
    if not isinstance(value, str) or value == CHROMA_CLOUD:
        return value
    if "@" in value:
        raise UnusableAddress("must not contain a user or a password", _TOKEN_HINT)
    if not (_SERVER.fullmatch(value) and value.isprintable()):
        raise UnusableAddress(f"must be an address such as http://host:8000, or {CHROMA_CLOUD}", _TOKEN_HINT)
    return value.rstrip("/")


def location_of(index: Path | str | None, vectors: str | None) -> ServerLocation | None:
    """Return where an index is, from the settings ``index`` and ``vectors``; None if it is a folder.

    Raises:
        UsageError: only one of them is on a server.
    """
    if isinstance(index, str) and vectors is not None:
        return ServerLocation(index, vectors)
    if isinstance(index, str):
        hint = "Set vectors to its address: --vectors http://HOST:8000."
        raise UsageError("An index in PostgreSQL needs a Chroma server for its vectors", hint)
    if vectors is not None:
        hint = f"Set index to the address of a database, such as {_EXAMPLE}, or leave vectors out."
        raise UsageError("vectors is only for an index in PostgreSQL; an index in a folder has its own", hint)
    return None


def _database(text: str) -> str:
    if _PASSWORD.search(text) or _SECRET_OPTION.search(unquote(text)):
        raise UnusableAddress("must not contain a password", _PASSWORD_HINT)
    parts = _DATABASE.fullmatch(text)
    if parts is None or not text.isprintable() or _leads_elsewhere(parts["hosts"], parts["options"] or ""):
        raise UnusableAddress(f"must be a folder, or an address such as {_EXAMPLE}", _ADDRESS_HINT)
    return f"postgresql{parts[1]}"


def _leads_elsewhere(hosts: str, options: str) -> bool:
    """Whether an option names another server or database than the address before it; a socket is on this machine."""
    given = {name.lower(): value for name, value in parse_qsl(options, keep_blank_values=True)}
    socket = given.pop("host", None)
    is_local = socket is None or (socket.startswith("/") and not hosts.partition(":")[0])
    return not is_local or bool(_OTHER_PLACES & given.keys())
