"""Runs loaders in a process of their own, with limits: a damaged file, or a bomb, ends that process and nothing else.

Libraries that read formats are large, some are written in C, and files come from anywhere. The process is started when
the first such file is read, serves one file after the other, and ends with its caller, or at ``stop``.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO

from qa.corpus.formats import Format
from qa.corpus.loaders import UnreadableFile

SECONDS = 180
"""How long a file may take; a book of a thousand pages takes ten seconds."""
MEMORY = 3_000_000_000
"""Bytes of address space, where the system can limit it."""
LONGEST = 5_000_000
"""Characters that may be extracted from a file with one article, as a text file may have."""

_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from qa.corpus.formats.server import serve; serve()"


class _Worker:
    """The process, started when it is needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def extract(self, wanted: Format, name: str, data: bytes) -> list[str]:
        """Return the extracts of a file as lines of JSON; see ``extract``."""
        with self._lock:
            process = self._started()
            timer = threading.Timer(SECONDS, process.kill)
            timer.start()
            try:
                return self._ask(process, wanted, name, data)
            except (OSError, ValueError):
                is_late = not timer.is_alive()
                self._stop()
                reason = f"takes longer than {SECONDS} seconds" if is_late else "its reader failed: it may be damaged"
                raise UnreadableFile(reason) from None
            except BaseException:  # what is still to come would be taken for the next answer
                self._stop()
                raise
            finally:
                timer.cancel()

    def stop(self) -> None:
        """End the process, if it runs."""
        with self._lock:
            self._stop()

    def _ask(self, process: subprocess.Popen[bytes], wanted: Format, name: str, data: bytes) -> list[str]:
        assert process.stdin is not None
        assert process.stdout is not None
        request = {"module": wanted.module, "suffixes": wanted.suffixes, "name": name, "size": len(data)}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.write(data)
        process.stdin.flush()
        reply = json.loads(_line(process.stdout))
        if "problem" in reply:
            raise UnreadableFile(reply["problem"])
        return [_line(process.stdout).decode() for _ in range(reply["articles"])]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()


_WORKER = _Worker()
atexit.register(_WORKER.stop)


def extract(wanted: Format, name: str, data: bytes) -> list[str]:
    """Return the articles of a file as lines of JSON, each an ``Extract``.

    Raises:
        UnreadableFile: it cannot be read; the message says why.
    """
    return _WORKER.extract(wanted, name, data)


def stop() -> None:
    """End the process that runs loaders, and so give back its memory; it is started again when needed."""
    _WORKER.stop()


def _line(stream: IO[bytes]) -> bytes:
    """Return the next line, without its end.

    Raises:
        BrokenPipeError: the process has ended.
    """
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise BrokenPipeError
    return line[:-1]
