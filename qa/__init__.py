"""Question answering over your own articles: short answers, with every statement cited to characters of a file.

Every name below imports its module on first use, so that ``import qa`` costs almost nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.datatypes import (
        Answer,
        Citation,
        Document,
        Filter,
        IndexReport,
        IndexStats,
        Passage,
        Scores,
        Skipped,
        Statement,
    )
    from qa.errors import (
        CorpusError,
        ExitCode,
        IndexDamaged,
        IndexLocked,
        IndexMismatch,
        IndexMissing,
        IndexNotWritten,
        LLMError,
        ModelError,
        QAError,
        UnusableIndex,
        UsageError,
    )
    from qa.index import DocumentEntry, Index
    from qa.index.articles import ArticleState, ArticleStatus
    from qa.index.progress import IndexProgress
    from qa.news import News, NewsItem, find_news, mark_seen
    from qa.opening import open  # noqa: A004
    from qa.saved_questions import AskedAgain, SavedQuestion, SavedQuestions, ask_again
    from qa.settings import Settings, load_settings
    from qa.suggestions import suggest_questions

__version__ = "0.1.0"

_NAMES_BY_MODULE = {
    "qa.assistant": ("Assistant",),
    "qa.datatypes": (
        "Answer",
        "Citation",
        "Document",
        "Filter",
        "IndexReport",
        "IndexStats",
        "Passage",
        "Scores",
        "Skipped",
        "Statement",
    ),
    "qa.errors": (
        "CorpusError",
        "ExitCode",
        "IndexDamaged",
        "IndexLocked",
        "IndexMismatch",
        "IndexMissing",
        "IndexNotWritten",
        "LLMError",
        "ModelError",
        "QAError",
        "UnusableIndex",
        "UsageError",
    ),
    "qa.index": ("DocumentEntry", "Index"),
    "qa.index.progress": ("IndexProgress",),
    "qa.index.articles": ("ArticleState", "ArticleStatus"),
    "qa.news": ("News", "NewsItem", "find_news", "mark_seen"),
    "qa.saved_questions": ("AskedAgain", "SavedQuestion", "SavedQuestions", "ask_again"),
    "qa.opening": ("open",),
    "qa.settings": ("Settings", "load_settings"),
    "qa.suggestions": ("suggest_questions",),
}
_MODULE_OF = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}

__all__ = [
    "Answer",
    "ArticleState",
    "ArticleStatus",
    "AskedAgain",
    "Assistant",
    "Citation",
    "CorpusError",
    "Document",
    "DocumentEntry",
    "ExitCode",
    "Filter",
    "Index",
    "IndexDamaged",
    "IndexLocked",
    "IndexMismatch",
    "IndexMissing",
    "IndexNotWritten",
    "IndexProgress",
    "IndexReport",
    "IndexStats",
    "LLMError",
    "ModelError",
    "News",
    "NewsItem",
    "Passage",
    "QAError",
    "SavedQuestion",
    "SavedQuestions",
    "Scores",
    "Settings",
    "Skipped",
    "Statement",
    "UnusableIndex",
    "UsageError",
    "__version__",
    "ask_again",
    "find_news",
    "load_settings",
    "mark_seen",
    "open",
    "suggest_questions",
]


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
