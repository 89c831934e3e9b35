"""Whether a text says what a sentence says, and yes or no to a question, as far as the reader's network can tell."""

from qa.grounding.support import Decider, judge

__all__ = ["Decider", "judge"]
