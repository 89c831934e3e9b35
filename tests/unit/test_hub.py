"""Another embedding model on a machine without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qa.errors import ModelError
from qa.models import hub
from tests.conftest import PROJECT, SMALL
from tests.helpers.sandbox import UNAVAILABLE, sandboxed


@pytest.mark.skipif(bool(UNAVAILABLE), reason=UNAVAILABLE)
def test_without_a_network_a_model_of_the_hub_fails_in_one_line(tmp_path: Path) -> None:
    """The hub is tried once; nothing of its library is shown."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    paths = ["--corpus", str(SMALL), "--index", str(tmp_path / "index"), "--model", "some/model"]
    pipe = subprocess.PIPE
    with sandboxed([sys.executable, "-m", "qa", "index", *paths], environment, stdout=pipe, stderr=pipe) as program:
        out, err = program.process.communicate()

    assert (4, "") == (program.process.returncode, out)
    assert 1 == err.count("\n")
    assert "some/model is not on this machine, and https://huggingface.co cannot be reached. Try again" in err
    assert len(program.attempts) <= 2  # once by IPv4 and once by IPv6


@pytest.mark.parametrize("name", ["./missing", "~/missing", "/missing/model"])
def test_a_path_that_is_no_folder_is_not_looked_up(name: str) -> None:
    """It is named, and the hub is not asked for it."""
    with pytest.raises(ModelError, match="There is no folder") as caught:
        hub.require_source(name)
    assert name in str(caught.value)


def test_a_downloaded_model_needs_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is loaded from the cache of the hub's library, also by its name without the owner."""
    snapshot = tmp_path / "models--sentence-transformers--small" / "snapshots" / "1"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    (snapshot.parent.parent / "refs").mkdir()
    (snapshot.parent.parent / "refs" / "main").write_text("1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.HF_HUB_CACHE", str(tmp_path), raising=False)
    monkeypatch.setattr("qa.models.hub._is_reachable", lambda _: False)

    assert not hub.require_source("small")
    assert not hub.require_source("sentence-transformers/small")
    with pytest.raises(ModelError, match="other is not on this machine"):
        hub.require_source("other")
