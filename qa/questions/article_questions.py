"""Questions about an article itself: who wrote it, when, where it is from, its tags, its length.

"Who wrote the post about the old ferry?" is one; "Who wrote Dracula?" is not, because a novel is not an article here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.text.english.patterns import JOINED

_NOUN = (
    r"(?:blog )?(?:articles?|posts?|notes?|pieces?|reports?|stor(?:y|ies)|pages?|documents?|docs?|entr(?:y|ies)|blogs?"
    r"|recipes?|e-?mails?|mails?|messages?|letters?|papers?|files?|essays?|reviews?|minutes|columns?|interviews?|announcements?|newsletters?|memos?|guides?|tutorials?|transcripts?|readmes?)"
)
_OTHER = r"(?!(?:in|of|for|by|from|on|about|with|to|at|behind)\b)[\w'’.&+/-]+"
"""A word between "the" and the noun."""
_THE = rf"(?:the |this |that |an? |my |our |your )?(?:{_OTHER} ){{0,4}}?{_NOUN}\b"
_SUBJECT = rf"{_THE}(?P<topic>.*?)"
_NAMED = rf"(?:{_SUBJECT}|(?P<name>.+))"
_PUBLISHED = r"(?:published|posted|written|released|created|sent|dated|issued|put online)"

_PATTERNS = {
    "author": (
        rf"who (?:wrote|authored|posted|published|penned|sent|made|is behind) {_SUBJECT}",
        rf"(?:who (?:is|was|are|were)|who's|what is) the (?:author|writer|sender)s? of {_NAMED}",
        rf"(?:who (?:is|was)|by whom (?:is|was)) {_SUBJECT} (?:written )?(?:by|from)",
        rf"by whom (?:is|was) {_SUBJECT} written",
    ),
    "date": (
        rf"(?:when|on (?:what|which) (?:date|day)) (?:is|was|were) {_SUBJECT} (?:first )?{_PUBLISHED}.*",
        rf"when did (?:[\w'’. -]+ )?(?:write|publish|post|send) {_SUBJECT}",
        rf"what (?:is|was) the (?:publication )?date of {_SUBJECT}",
        rf"(?:when|from when) is {_SUBJECT}(?: from)?",
        rf"how old is {_SUBJECT}",
    ),
    "updated": (
        rf"when (?:is|was|were) {_SUBJECT} (?:last )?(?:updated|modified|changed|edited|revised)",
        rf"when (?:is|was|were) {_SUBJECT} last {_PUBLISHED}",
    ),
    "source": (
        rf"where (?:is|was|does) {_SUBJECT} (?:from|come from|published|taken from)",
        r"(?:which|what) (?:outlet|newspaper|paper|site|website|magazine|publication|source)"
        rf" (?:published|posted|is|was|wrote|ran) {_SUBJECT}(?: from)?",
        rf"what (?:is|was) the (?:source|outlet) of {_SUBJECT}",
    ),
    "tags": (
        rf"(?:what|which) (?:are the )?(?:tags|keywords|categor(?:y|ies)|labels)"
        rf" (?:does|do|has|have|of|are on|for|belong to) {_NAMED}(?: have| belong to)?",
        rf"how is {_SUBJECT} (?:tagged|categori[sz]ed|labell?ed)",
    ),
    "length": (
        rf"how long (?:is|was) {_SUBJECT}",
        rf"how many words (?:does|do|has|have|are in|are there in) {_SUBJECT}(?: have| contain)?",
    ),
}
_COMPILED = [
    (name, re.compile(JOINED + pattern, re.IGNORECASE)) for name, patterns in _PATTERNS.items() for pattern in patterns
]
_ABOUT = re.compile(
    r"^\W*(?:(?:that|which) (?:is|was|deals?|talks?) )?"
    r"(?:about|on|titled|entitled|called|named|with the title|for|of|from)\b"
    r"|\W+$",
    re.IGNORECASE,
)


_DESCRIBED = re.compile(rf".*\b(?:the|this|that|my|our|your)\s+((?:{_OTHER} )*?){_NOUN}$", re.IGNORECASE)
_UNAMBIGUOUS = re.compile(r"\b(?:articles?|posts?|notes?|blogs?|entry|recipes?|e-?mails?|mails?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticleQuestion:
    """A question about an article itself."""

    field: str
    """What it asks for: ``author``, ``date``, ``updated``, ``source``, ``tags`` or ``length``."""
    topic: str
    """The words that say which article."""
    unambiguous: bool
    """Whether it can only be about an article; a report or a letter may also be something that an article mentions."""


def article_question(question: str) -> ArticleQuestion | None:
    """Return what a question asks about an article itself, or None if it asks about anything else."""
    text = " ".join(question.split()).rstrip("?!. ")
    for name, pattern in _COMPILED:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        if match.groupdict().get("name"):
            return ArticleQuestion(name, match["name"], False)
        before = text[: match.start("topic")]
        topic = f"{_described(before)} {_ABOUT.sub('', match['topic'])}".strip()
        return ArticleQuestion(name, topic, _UNAMBIGUOUS.search(before) is not None)
    return None


def _described(before: str) -> str:
    """Return the words between "the" and the noun: "new ferry" in "who wrote the new ferry post"."""
    match = _DESCRIBED.match(before)
    return match[1].strip() if match else ""
