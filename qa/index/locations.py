"""Where the index of the settings lies."""

from __future__ import annotations

from qa.errors import UsageError
from qa.index.folder import FolderStorage
from qa.index.storage import Storage
from qa.settings import Settings


def storage_of(settings: Settings) -> Storage:
    """Return where the index lies that the settings name.

    Raises:
        UsageError: it is on servers, and the extra for them is not installed.
    """
    if settings.server is not None:
        # Imported late: an index in a folder needs no client of a server.
        try:
            from qa.index.servers.storage import ServerStorage
        except ImportError:
            hint = "Run: pip install 'qa-corpus[servers]'"
            raise UsageError("An index in PostgreSQL needs its client", hint) from None
        return ServerStorage(settings.server, settings.index_root)
    return FolderStorage(settings.index_root)
