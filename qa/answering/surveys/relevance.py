"""Finds the articles that are about a topic, which is more than to mention it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.resources import Resources
from qa.answering.sentences import Sentence
from qa.answering.surveys.articles import by_article
from qa.datatypes import Passage
from qa.questions.terms import Question
from qa.reader.coverage import PassageWords, coverage, missing_share
from qa.text.words import stems

PASSAGES_COMPARED = 200
"""Passages whose articles may be about a topic, best first."""
TITLE_WEIGHT, LEAD_WEIGHT, DENSITY_WEIGHT, FULLTEXT_WEIGHT, VECTOR_WEIGHT = 0.35, 0.1, 0.25, 0.25, 0.8
"""Weights of the signs that an article is about a topic; see ``Signs``."""
LEAST_SCORE, LEAST_SHARE = 0.42, 0.55
"""Score, and share of the best article's score, from which an article is about a topic.

Chosen by reading the lists for 16 topics of 60 news articles: .35 adds articles of another topic to every third list,
.5 loses broad topics (health).
"""
LEAST_TITLE, LEAST_DENSITY, LEAST_VECTOR = 0.3, 0.28, 0.4
"""An article that stays below all three only mentions the topic, however often others do."""
LEAST_COVERED, ALIKE = 0.7, 0.5
"""Share of the topic's words, weighted by rarity, from which an article is about all of it; one whose vector is as much
alike as this may use other words."""
LEAD, LEAD_BONUS = 4, 0.3
"""Sentences at the beginning of an article, and what each is worth more, as part of the topic's words, when one is
chosen to be shown: news articles begin with what they are about."""
COVERED, NAMED = 0.6, 0.4
"""Share of the topic's words from which a passage covers it, and from which a sentence names it."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs that an article is about a topic, each 0 to 1."""

    title: float
    """Share of the topic's words, weighted by rarity, in its title and name."""
    lead: float
    """The same for its first chunk."""
    density: float
    """Share of its chunks that cover the topic; 0 if only one sentence names it."""
    fulltext: float
    """Full-text score of its best passage."""
    vector: float
    """Cosine similarity of the topic and its best passage."""
    covered: float
    """Share of the topic's words in any of its passages."""

    @property
    def score(self) -> float:
        """How likely the article is about the topic, for comparison."""
        return (
            TITLE_WEIGHT * self.title
            + LEAD_WEIGHT * self.lead
            + DENSITY_WEIGHT * self.density
            + FULLTEXT_WEIGHT * self.fulltext
            + VECTOR_WEIGHT * self.vector
        )

    @property
    def central(self) -> bool:
        """Whether the whole topic is more than mentioned."""
        if self.covered < LEAST_COVERED and self.vector < ALIKE:
            return False
        return self.title >= LEAST_TITLE or self.density >= LEAST_DENSITY or self.vector >= LEAST_VECTOR


def articles_about(topic: str, resources: Resources) -> list[Sentence]:
    """Return a sentence of each article that is about ``topic``, best first."""
    index = resources.index
    question = resources.parse(topic)
    articles = by_article(resources.search(topic, PASSAGES_COMPARED))
    beginnings = {chunk.path: chunk.text for chunk in index.beginnings(list(articles), 1)}
    sizes = {entry.path: entry.chunks for entry in index.documents() if entry.path in articles}
    signs = {path: _signs(question, articles[path], beginnings[path], sizes[path]) for path in articles}
    best = max((each.score for each in signs.values()), default=0.0)
    least = max(LEAST_SCORE, LEAST_SHARE * best)
    about = [path for path in articles if signs[path].central and signs[path].score >= least]
    about.sort(key=lambda path: -signs[path].score)
    shown = (_shown(question, articles[path]) for path in about)
    return [sentence for sentence in shown if sentence]


def _signs(question: Question, passages: Sequence[Passage], beginning: str, chunks: int) -> Signs:
    best = passages[0]
    split = [PassageWords.of(passage) for passage in passages]
    covering = [words for words in split if coverage(question, [words.everything]) >= COVERED]
    naming = [known for words in split for known in words.sentences if coverage(question, [known]) >= NAMED]
    return Signs(
        title=1.0 - missing_share(question.terms, stems(f"{best.title} {best.layout.context}")),
        lead=1.0 - missing_share(question.terms, stems(beginning)),
        density=len(covering) / chunks if len(naming) > 1 else 0.0,
        fulltext=best.scores.fulltext,
        vector=best.scores.vector,
        covered=coverage(question, [stems(beginning).union(*(words.everything for words in split))]),
    )


def _shown(question: Question, passages: Sequence[Passage]) -> Sentence | None:
    """Return the sentence that covers the topic best, from the article's best passage or its first one retrieved."""
    first = min(passages, key=lambda passage: passage.start)
    sentences = [
        (
            coverage(question, split.scopes(number, number)[:1]) + LEAD_BONUS * (passage is first and number < LEAD),
            Sentence(passage, *offsets),
        )
        for passage in dict.fromkeys((first, passages[0]))
        for split in [PassageWords.of(passage)]
        for number, offsets in enumerate(split.offsets)
    ]
    ordered = sorted(sentences, key=lambda pair: (pair[1].shortcomings, -pair[0]))
    return ordered[0][1] if ordered else None
