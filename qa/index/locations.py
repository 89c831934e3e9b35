"""Where the index of the settings lies."""

from __future__ import annotations

from qa.index.folder import FolderStorage
from qa.index.storage import Storage
from qa.settings import Settings


def storage_of(settings: Settings) -> Storage:
    """Return where the index lies that the settings name."""
    return FolderStorage(settings.index_root)
