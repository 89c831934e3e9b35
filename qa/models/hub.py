"""The hub that embedding models are downloaded from, and what of it is on this machine already.

Its library repeats each request five times when there is no network, which takes more than a minute.
"""

from __future__ import annotations

from pathlib import Path

from qa.errors import ModelError
from qa.models.hosting import without_telemetry
from qa.settings import DEFAULT_MODEL

_SECONDS = 5
"""How long to wait for the hub."""
_DEFAULT_OWNER = "sentence-transformers"
"""Owner of the models that are named without one."""
_CHOOSE = f"choose {DEFAULT_MODEL}, which comes with qa."


def require_source(name: str) -> bool:
    """Return whether a model is to be loaded from the hub rather than from this machine.

    Args:
        name: the model as the user named it: a folder, or a name on the hub.

    Raises:
        ModelError: it is not on this machine, and the hub cannot be reached.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return False
    if path.is_absolute() or name.startswith((".", "~")):
        raise ModelError(f"There is no folder {name}", f"Correct the path of the model, or {_CHOOSE}")
    with without_telemetry():
        from huggingface_hub.constants import ENDPOINT

        if _is_reachable(ENDPOINT):
            return True
        if _is_downloaded(name):
            return False
    message = f"The embedding model {name} is not on this machine, and {ENDPOINT} cannot be reached"
    raise ModelError(message, f"Try again with a network, name a folder, or {_CHOOSE}")


def _is_reachable(address: str) -> bool:
    from huggingface_hub import get_session

    try:
        get_session().head(address, timeout=_SECONDS)
    except Exception:  # the hub's library has changed its client, and with it all errors, twice
        return False
    return True


def _is_downloaded(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    names = (name,) if "/" in name else (name, f"{_DEFAULT_OWNER}/{name}")
    try:
        return any(isinstance(try_to_load_from_cache(owned, "config.json"), str) for owned in names)
    except HFValidationError:
        return False
