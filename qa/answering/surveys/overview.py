"""Says what a corpus contains: how many articles, from when, from which sources, and their main topics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from qa.answering.composition import Composition, Draft, QuotedStatement
from qa.answering.resources import Resources
from qa.answering.sentences import Sentence, sentences_in
from qa.answering.surveys.articles import (
    by_article,
    copies_noted,
    earliest_copies,
    listed,
    original_paths,
    without_copies,
)
from qa.answering.surveys.clusters import cluster, unit
from qa.answering.surveys.topic_names import Vocabulary
from qa.datatypes import Passage, Scores
from qa.index import ChunkText, DocumentEntry, Index
from qa.models.embedding import Vectors
from qa.questions.requests import Request
from qa.retrieval import passage_of
from qa.text.english import capitalized, counted, enumerated, written_out
from qa.text.words import words

MOST_TOPICS = 7
"""Topics in an overview; of fewer articles than that, each is one."""
MOST_CLUSTERS, ARTICLES_PER_CLUSTER = 20, 3
"""Clusters are more and smaller than the topics shown, so that a topic is one story or field rather than several."""
MOST_ARTICLES = 2000
"""Articles whose vectors are compared, spread evenly over a larger corpus; fetching those of 2,000 takes a second."""
CHUNKS_PER_ARTICLE = 2
"""Chunks whose mean vector is that of an article, first ones first: news articles begin with what they are about."""
MOST_SOURCES = 3
"""Sources that are named."""
CENTRAL = 8
"""Articles of a topic, the most central, of which one is quoted."""
LEAD = 3
"""Sentences at the beginning of an article that are preferred for a quote."""
NAMING = 800
"""Characters at the beginning of an article from which names for its topic are taken."""
REPEATED = 3
"""Articles from which a sentence belongs to their pages rather than to one article."""
CONFIDENCE = 0.85
"""Probability that an overview is what was asked for."""

_SENTENCE = re.compile(r"[^\s.!?][^\n.!?]*(?:[.!?](?!\s)[^\n.!?]*)*[.!?]?")


def compose_overview(request: Request, passages: Sequence[Passage], resources: Resources) -> Draft | None:
    """Return what the corpus contains; neither the request nor the passages say more than that this is asked for."""
    index = resources.index
    paths = original_paths(resources.documents(), resources.index)
    entries = [entry for entry in resources.documents() if entry.path in paths]
    stories = {*without_copies(paths, earliest_copies(paths, index))}
    distinct = [entry for entry in entries if entry.path in stories]
    topics = _articles(distinct, index) if len(distinct) <= MOST_TOPICS else _topics(distinct, index)
    opening = QuotedStatement(_opening(entries, len(entries) - len(distinct)), ())
    statements = (opening, *(statement for statement, _ in topics))
    reason = f"{counted(len(topics), 'article' if len(distinct) <= MOST_TOPICS else 'topic')} shown of the whole corpus"
    quoted = tuple(sentence.passage for _, sentence in topics)
    return Draft(Composition(None, statements), quoted, CONFIDENCE, reason)


def _opening(entries: Sequence[DocumentEntry], copies: int) -> str:
    """Return how many articles there are, how many of them are copies, from when and from which sources."""
    days = sorted(entry.published for entry in entries if entry.published)
    text = counted(len(entries), "article") + copies_noted(copies)
    if days and days[0] != days[-1]:
        first = written_out(days[0])
        text += f" from {first[:-5] if days[0].year == days[-1].year else first} to {written_out(days[-1])}"
    elif days:
        text += f" from {written_out(days[0])}"
    if days and len(days) < len(entries):
        text += f" ({len(entries) - len(days)} without a date)"
    sources = Counter(entry.source for entry in entries if entry.source)
    if len(sources) == 1 and sources.total() == len(entries):
        return f"{text}, {'all ' if len(entries) > 1 else ''}from {next(iter(sources))}."
    if not sources:
        return f"{text}."
    named = [f"{source} ({count})" for source, count in sources.most_common(MOST_SOURCES)]
    others = len(sources) - len(named)
    if others:
        named.append(counted(others, "other source"))
    return f"{text}; sources: {enumerated(named)}."


def _articles(entries: Sequence[DocumentEntry], index: Index) -> list[tuple[QuotedStatement, Sentence]]:
    """Return every article with a sentence from its beginning, oldest first."""
    beginnings = index.beginnings([entry.path for entry in entries], 1)
    leads = [each for chunk in beginnings if (each := _lead([chunk], index, (), ()))]
    leads.sort(key=lambda each: (each.passage.published is None, str(each.passage.published), each.passage.path))
    return [(listed(each), each) for each in leads]


def _topics(entries: Sequence[DocumentEntry], index: Index) -> list[tuple[QuotedStatement, Sentence]]:
    """Return the main topics, each with its number of articles and a sentence of a central one."""
    step = -(-len(entries) // MOST_ARTICLES)
    compared = entries[::step]
    beginnings = by_article(index.beginnings([entry.path for entry in compared], CHUNKS_PER_ARTICLE))
    articles = [(entry.title, beginnings[entry.path]) for entry in compared if entry.path in beginnings]
    repeated = _repeated(chunks[0].text for _, chunks in articles)
    vocabulary = Vocabulary.of(
        ((title, _without(repeated, chunks[0].text)[:NAMING]) for title, chunks in articles), _outlets(entries)
    )
    clusters = _clusters(_vectors([chunks for _, chunks in articles], index))
    topics = []
    for members in _joined(clusters, vocabulary):
        label = vocabulary.label(members)
        lead = _lead([articles[member][1][0] for member in members[:CENTRAL]], index, label, repeated)
        if lead and label:
            count = f"{'about ' if step > 1 else ''}{counted(len(members) * step, 'article')}"
            topics.append((lead.statement(f"{capitalized(enumerated(label))} ({count})"), lead))
        if len(topics) == MOST_TOPICS:
            break
    return topics


def _clusters(vectors: Vectors) -> list[Sequence[int]]:
    count = min(MOST_CLUSTERS, max(2, len(vectors) // ARTICLES_PER_CLUSTER))
    return [each.members for each in cluster(vectors, count)]


def _joined(clusters: Iterable[Sequence[int]], vocabulary: Vocabulary) -> list[Sequence[int]]:
    """Return the clusters, largest first, those in one of which a label has the other's most telling name.

    A single article is no topic, unless there are no others.
    """
    joined: list[list[int]] = []
    labels: list[list[str]] = []
    for members in clusters:
        label = vocabulary.label(members)
        same = (number for number, other in enumerate(labels) if {*label[:1], *other[:1]} & {*label} & {*other})
        number = next(same, None) if label else None
        if number is None:
            joined.append([*members])
            labels.append(label)
        else:
            joined[number] += members
    several = [members for members in joined if len(members) > 1]
    return sorted(several or joined, key=len, reverse=True)


def _lead(
    chunks: Sequence[ChunkText], index: Index, label: Sequence[str], repeated: Collection[str]
) -> Sentence | None:
    """Return a sentence from the beginnings of articles that reads well, if possible with the words of a label."""
    indexed = index.chunks([chunk.key for chunk in chunks])
    named = {word for name in label for word in words(name)}
    passages = [passage_of(indexed[chunk.key], rank, Scores(0.0, 0.0, 0.0)) for rank, chunk in enumerate(chunks, 1)]
    sentences = [
        (len(named.intersection(words(sentence.text))), number < LEAD, sentence)
        for passage in passages
        for number, sentence in enumerate(sentences_in([passage]))
        if sentence.text not in repeated
    ]
    ordered = sorted(sentences, key=lambda each: each[:2], reverse=True)
    # A name of the topic makes up for one sign that a sentence says little alone.
    best = min(ordered, key=lambda each: each[2].shortcomings - (each[0] > 0), default=None)
    return best[2] if best else None


def _repeated(texts: Iterable[str]) -> frozenset[str]:
    """Return the sentences that several texts contain, such as a request to subscribe."""
    counts = Counter(sentence for text in texts for sentence in {*_SENTENCE.findall(text)})
    return frozenset(sentence for sentence, count in counts.items() if count >= REPEATED)


def _without(sentences: Collection[str], text: str) -> str:
    return "\n".join(sentence for sentence in _SENTENCE.findall(text) if sentence not in sentences)


def _outlets(entries: Iterable[DocumentEntry]) -> set[str]:
    """Return the names of the sources; "The Independent - Travel" is "The Independent" too."""
    sources = {entry.source for entry in entries if entry.source}
    return {name for source in sources for name in (source, source.split(" - ")[0], source.removeprefix("The "))}


def _vectors(articles: Sequence[Sequence[ChunkText]], index: Index) -> Vectors:
    """Return a unit vector for each article."""
    stored = index.vectors([chunk.key for chunks in articles for chunk in chunks])
    return unit(np.stack([np.mean([stored[chunk.key] for chunk in chunks], axis=0) for chunks in articles]))
