"""The process that runs loaders: reads a file from stdin, writes its articles to stdout, and so on until stdin ends."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import IO, Any

from qa.corpus.formats import Load
from qa.corpus.formats.extract import Extract
from qa.corpus.formats.worker import LONGEST, MEMORY
from qa.corpus.loaders import UnreadableFile


def serve() -> None:
    """Answer requests until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, which ends this process with itself
    _limit_memory()
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):  # what a library prints is no reply
        os.dup2(quiet, descriptor)
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    while line := requests.readline():
        _answer(json.loads(line), requests, replies)


def _answer(request: dict[str, Any], requests: IO[bytes], replies: IO[bytes]) -> None:
    data = requests.read(request["size"])
    try:
        load = _loader(request["module"], request["suffixes"][0])
        articles = _within_limits(load(data, request["name"]))
        lines = [article.to_json() for article in articles]
    except UnreadableFile as problem:
        _write(replies, {"problem": problem.message}, ())
    except MemoryError:
        _write(replies, {"problem": f"needs more than {MEMORY // 1_000_000_000} GB of memory"}, ())
    except RecursionError:
        _write(replies, {"problem": "nested too deeply"}, ())
    except Exception as error:  # of a library; whatever it is, it is the file that it could not read
        _write(replies, {"problem": f"damaged ({type(error).__name__})"}, ())
    else:
        _write(replies, {"articles": len(lines)}, lines)


def _loader(module: str, suffix: str) -> Load:
    if ":" in module:
        from qa.corpus.formats.plugins import load_plug_in

        return load_plug_in(module, suffix)
    loader: Load = import_module(module).load
    return loader


def _within_limits(articles: Iterable[Extract]) -> list[Extract]:
    """Return the articles that have text, after checking that there are some, and that none is too long.

    Raises:
        UnreadableFile: there are none, or one is.
    """
    listed = []
    for article in articles:
        length = len(article.text) + sum(len(part.text) + sum(map(len, part.cells)) for part in article.parts)
        if length > LONGEST:
            raise UnreadableFile(f"its text is longer than {LONGEST:,} characters")
        if article.text.strip() or any(part.text.strip() or any(part.cells) for part in article.parts):
            listed.append(article)
    if not listed:
        raise UnreadableFile("it has no text")
    return listed


def _write(replies: IO[bytes], header: dict[str, Any], lines: Iterable[str]) -> None:
    replies.write(json.dumps(header).encode() + b"\n")
    for line in lines:
        replies.write(line.encode() + b"\n")
    replies.flush()


def _limit_memory() -> None:
    """Limit the address space, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
