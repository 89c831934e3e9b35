"""How long a question may be, and of what it may consist."""

from __future__ import annotations

from qa.errors import UsageError

LONGEST_QUESTION = 4_000
"""Characters of the longest question or search query: two pages of an e-mail.

The models read the first thousand at most, and what looks at every word takes at most a few times as long as usual.
"""


def require_readable(question: str, name: str = "question") -> None:
    """Check that a question is not too long and consists of characters.

    Args:
        question: the question.
        name: what it is called in the message.

    Raises:
        UsageError: it is longer than ``LONGEST_QUESTION``, or part of it could not be decoded.
    """
    if len(question) > LONGEST_QUESTION:
        raise too_long(name)
    try:
        question.encode()
    except UnicodeEncodeError:
        raise not_text(name) from None


def too_long(name: str) -> UsageError:
    """Return the error for a question that is too long."""
    message = f"The {name} is longer than {LONGEST_QUESTION:,} characters"
    return UsageError(message, "Shorten it; a text that is longer can be saved in the corpus as an article.")


def not_text(name: str) -> UsageError:
    """Return the error for a question in another encoding than UTF-8."""
    return UsageError(f"The {name} is not text in UTF-8", "Convert it to UTF-8, for example with iconv.")
