"""The names of the features of the reader's logistic models, in order."""

from __future__ import annotations

PHRASE_FEATURES = ("score", "vector", "fulltext")
"""Of a phrase: the network's log odds, and the retriever's two scores of its passage.

Measured with this network and dropped, because they changed no share of right answers: how much of the question
surrounds the phrase, whether the phrase is of the type asked for, and what it repeats of the question.
"""

ANSWER_FEATURES = ("together", "lead", "length", "checked", "unnamed", "absent", "missing", "uncounted")
"""Of the best phrase: its log odds including other articles that say the same, its lead over the best other answer,
the number of the question's terms, the network's log odds when it checks the phrase, the share of the question's names
and numbers that are not near it, the share of them that neither its passage nor its title and headings contain, the
share of the question's words that no passage contains, and whether no passage contains what is to be counted."""

SENTENCE_FEATURES = ("own", "near", "fused", "heading")
"""Of a sentence: the share of the question that it covers, the share that it covers with its surroundings, the
retriever's score of the passage, and whether it lacks a full stop, as a heading does."""

PASSAGES_FEATURES = ("covered", "alike", "length")
"""Of all passages: the largest share of the question that a sentence covers with its surroundings, the highest cosine
of a sentence and the question, and the number of the question's terms."""

EXCHANGE_FEATURES = ("gain", "support", "order", "swap")
"""Of an exchange of names, dates or numbers in a statement: how much better these fit into the evidence after it, what
the network's log odds of support gain, and the order of words, and whether two mentions of the statement are exchanged
rather than one is replaced."""
