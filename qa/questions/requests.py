"""What a question asks for, when that is more than a fact: a topic, a summary, articles, a comparison, a timeline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa.questions.comparisons import parse_comparison
from qa.questions.types import QuestionType, question_type
from qa.text.english import capitalized, word_set
from qa.text.english.patterns import DAY_OF_MONTH, MONTH
from qa.text.words import content_words, words

COLLECTION = (
    r"(?:articles?|documents?|docs|files?|notes|texts|posts|pieces|stories|papers|reports|sources|pages|corpus"
    r"|collection|folder|archive|library)"
)
"""What a corpus or its articles are called."""
_THE = r"(?:(?:all|any|some|each|every)(?: of)? )?(?:(?:the|my|these|those|our|your|this) )?(?:\w+ )?"
THE_ARTICLES = rf"{_THE}{COLLECTION}"

_COURTESY = re.compile(
    r"^(?:(?:please|hi|hello|hey|ok(?:ay)?|so|well|now)[,!]?\s+)*"
    r"(?:(?:can|could|would|will) you (?:please )?(?=(?:tell|give|show|list|summ?|find|compare|explain|describe"
    r"|outline|write)\b)|(?:i(?:'d| would) like|i want|i need) (?:to know |you to )?(?!to\b)"
    r"|do you know |i wonder |(?:can|could) i (?:get|have) (?=an? |the ))?(?:please )?",
    re.IGNORECASE,
)
_TELL_ME_WHO = re.compile(r"^tell me (?=(?:who|whom|whose|what|which|when|where|why|how|if|whether)\b)", re.IGNORECASE)
_ENDING = re.compile(r"[\s,]*(?:\b(?:for me|please|in (?:short|brief)|briefly)\b)?[\s?!.]*$", re.IGNORECASE)
_LENGTH = re.compile(
    r"\s+(?:in|with) (?:a (?:few|couple of)|one|two|three|four|five|six|\d+|some|about \w+)"
    r" (?:short )?(?:sentences?|words|lines|paragraphs?|bullet points|bullets|points)$",
    re.IGNORECASE,
)

_ABOUT = r"(?:about|on|of|regarding|concerning)"
_SUMMARY_NOUN = (
    r"(?:a |an |the |some )?(?:short |brief |quick |concise |full |general |good )?"
    r"(?:summary|overview|recap|run-?down|outline|synopsis|digest|briefing|gist|background|information|info|details)"
)
_NEWEST = (
    r"(?:latest|newest|most recent|last)(?: (?:news|developments?|updates?|events?|information|word|state|thing))*"
)
_WHEN = (
    rf"(?:{MONTH} \d|{DAY_OF_MONTH} (?:of )?{MONTH}|\d{{4}}-\d\d-\d\d|in (?:1[5-9]|20)\d\d"
    rf"|(?:in|during|since|of|before|after|until|between|and|early|mid|late)(?: (?:early|mid|late))? {MONTH})"
)
_EXACTLY = (
    r"(?:mention(?:s|ing|ed)?|names?|naming|contain(?:s|ing)?|refer(?:s|ring)? to|quot(?:es?|ing)"
    r"|cit(?:es?|ing)|includ(?:es?|ing))"
)
_BROADLY = (
    r"(?:(?:is|are|was|were) (?:all )?(?:about|on)|(?:talk|writ|report|speak|tell)(?:s|es?|ing)? (?:about|of|on)"
    r"|discuss(?:es|ing)?|cover(?:s|ing)?|deal(?:s|ing)? with|describ(?:es?|ing)|concern(?:s|ing)?|treats?"
    r"|(?:(?:is|are) )?(?:relevant|related) to|relat(?:es?|ing) to"
    r"|(?:say|says|saying|has|have) (?:something|anything) (?:about|on)|about|on)"
)

_EXTREME = r"(?:(?P<newest>newest|latest|most recent|last)|(?P<oldest>oldest|earliest|first))"
_ARTICLES = r"(?:articles?|documents?|files?|notes?|posts?|stor(?:y|ies)|entr(?:y|ies))"

_PATTERNS: dict[QuestionType, tuple[str, ...]] = {
    QuestionType.WHICH_ARTICLES: (
        rf"(?:which|what)(?: of)? {_THE}{_ARTICLES} (?:is|was|are|were) (?:the )?{_EXTREME}(?P<topic>)",
        rf"(?:(?:which|what)(?: is|'s| was| are)? |show me |give me )?the {_EXTREME} (?:dated )?{_ARTICLES}"
        r"(?: (?:about|on) (?P<topic>.+))?",
        rf"(?:which|what|how many) (?:of )?{THE_ARTICLES} (?:(?:that|which) )?(?:(?:do|does|did) )?"
        rf"(?:(?P<exact>{_EXACTLY})|{_BROADLY}) (?P<topic>.+)",
        rf"in (?:which|what|how many) (?:of )?{THE_ARTICLES} (?:do|does|did|is|are|was|were|has|have|can)"
        r" (?P<topic>.+?) (?P<exact>(?:come|comes|crop|show|turn)(?: up)?|appear|occur|feature|figure|(?:be |been |get"
        r" )?(?:mentioned|named|found|quoted))",
        rf"where (?:is|are|was|were) (?P<topic>.+?) (?P<exact>mentioned|named|quoted)(?: in {THE_ARTICLES})?",
        rf"(?:list|show|find|give|get)(?: me)? {THE_ARTICLES}(?: (?:that|which))?"
        rf" (?:(?P<exact>{_EXACTLY}|with)|{_BROADLY}) (?P<topic>.+)",
        rf"(?:is|are) there {THE_ARTICLES}(?: (?:that|which))? (?:(?P<exact>{_EXACTLY})|{_BROADLY}) (?P<topic>.+)",
        rf"(?:do|does) {THE_ARTICLES} (?:(?P<exact>{_EXACTLY})|{_BROADLY}) (?P<topic>.+)",
        rf"do (?:you|we|i) have {THE_ARTICLES}(?: (?:that|which))? (?:(?P<exact>{_EXACTLY})|{_BROADLY}) (?P<topic>.+)",
        rf"(?:(?:give|show|get|find|send)(?: me)? |i(?:'m| am) looking for |(?:what|which) (?:are|were) )?"
        r"(?:(?:a |the )?list of )?(?:(?:all|any|some|every) )?(?:of )?(?:the )?"
        r"(?:articles?|documents?|files|notes|posts)"
        rf"(?: (?:that|which))? (?:(?P<exact>{_EXACTLY})|{_BROADLY}) (?P<topic>.+)",
        r"(?:list|show|find|give|get)(?: me)? (?:everything|anything) (?:that |which )?"
        rf"(?P<exact>{_EXACTLY}) (?P<topic>.+)",
        rf"where (?:do|does|did) {THE_ARTICLES} (?P<exact>mention|name|quote|refer to) (?P<topic>.+)",
        r"where (?:do|does|did) (?P<topic>.+?) (?P<exact>come up|crop up|turn up|get mentioned)"
        rf"(?: in {THE_ARTICLES})?",
        r"(?:is|are|was|were) (?P<topic>.+?) (?:ever )?(?P<exact>mentioned)"
        rf"(?: anywhere| at all| in (?:any|one) of {THE_ARTICLES}| in {THE_ARTICLES})*",
        rf"(?:is|was) there (?:any|some)thing (?:(?:in {THE_ARTICLES}|here) )?(?:about|on) (?P<topic>.+?)"
        rf"(?: in {THE_ARTICLES}| here)?",
        r"do (?:you|we|i) have (?:any|some)thing (?:about|on) (?P<topic>.+)",
        rf"(?:what|(?:what|which) (?:of )?{THE_ARTICLES}) (?:can|could|should|must) i read (?:about|on) (?P<topic>.+)",
    ),
    QuestionType.TIMELINE: (
        r"(?:(?:give|show|make|write|list)(?: me)? |what(?:'s| is| was) )?(?:a |the )?(?:short |brief |full )?"
        r"(?:time ?line|chronology|(?:sequence|course|order) of (?:the )?events|history)"
        rf" (?:{_ABOUT}|for|in|at) (?P<topic>.+)",
        rf"(?:(?:what(?:'s| is| are| was| were)|give me|tell me|show me) )?(?:the )?(?P<newest>{_NEWEST})"
        r" (?:on|about|of|from|with|between|in|at|for|regarding|around|concerning) (?P<topic>.+)",
        r"(?:what(?:'s| is| has been)|anything|is there anything) (?P<newest>new)"
        r" (?:on|with|in|at|around|from|for) (?P<topic>.+)",
        r"(?:(?:is|are) there |do (?:you|we) have |(?:give|show|tell) me |what(?:'s| is| are) )?"
        r"(?P<newest>(?:any|some|the) (?:recent |new |more |latest )?(?:news|updates?|developments?)"
        r"|recent (?:news|updates?|developments?))"
        r" (?:on|about|of|from|with|between|in|at|for|regarding|around|concerning) (?P<topic>.+)",
        r"(?:how|in what order) (?:did|does|has|have) (?P<topic>.+?) (?:unfold(?:ed)?|develop(?:ed)?|evolve(?:d)?"
        r"|progress(?:ed)?|play(?:ed)? out)(?: over time| over the (?:years|months|weeks|days))?",
        r"in (?:what|which) order did (?P<topic>.+?) (?:happen|occur|take place)",
        r"(?:what happened when|when did what happen)(?: (?:in|at|to|with|on|during|around|between))? ?(?P<topic>.*)",
        r"what (?:all )?(?:happened|has happened|was happening|went on|took place|occurred)\b ?"
        rf"(?P<topic>.*\b{_WHEN}.*)",
    ),
    QuestionType.TOPIC: (
        rf"what (?:do|does|did|can|could|have|has) (?:{THE_ARTICLES}|you|i|we) (?:say|said|report(?:ed)?|write"
        r"|written|tell(?: us| me)?|know|learn"
        rf"|have to say|reveal(?:ed)?|find)(?: {_ABOUT}) (?P<topic>.+)",
        r"what (?:is|was|has been|do we|do i)(?: there)? (?:known|said|written|reported|to know|know|learn)(?: in"
        rf" {THE_ARTICLES})? about (?P<topic>.+)",
        r"tell me (?:(?:a bit |a little )?more |something |everything |all |a bit |what you know )?(?:about|of)"
        r" (?P<topic>.+)",
        r"(?:summari[sz]e|sum up|recap|outline|describe|explain)(?: (?:for|to) me)? (?:what|everything|all)(?: that)?"
        rf" (?:{THE_ARTICLES} (?:say|says|tell|report|write|have)|(?:is|was) (?:said|known|written|reported))"
        rf"(?: to say)? {_ABOUT} (?P<topic>.+)",
        r"(?:summari[sz]e|sum up|recap|outline|describe|explain)(?: (?:for|to) me)? (?P<topic>.+)",
        rf"(?:(?:give|get|show|write|provide|send|make)(?: me)? )?{_SUMMARY_NOUN} {_ABOUT} (?P<topic>.+)",
        r"(?:what(?:'s| is| was)|so what's)(?: all)? (?:going on|happening|up|new|the story|the situation|the"
        r" state of play) (?:with|about|at|in|around|on|of|behind) (?P<topic>.+)",
        r"what (?:happened|has happened|is happening|was happening|went on|is known) (?P<topic>(?:with|to|at|in"
        r"|around|between|during|on|after|about) .+)",
        r"what (?:happened|has happened)(?P<topic>)",
        r"(?:brief me|catch me up|fill me in|bring me up to (?:date|speed)) (?:on|about|with) (?P<topic>.+)",
        r"what (?:are|were) the (?:main|key|most important|central) (?:points?|findings|facts|takeaways|aspects)"
        r" (?:of|in|about|on|from) (?P<topic>.+)",
        r"(?:everything|all|anything) (?:(?:you|we) (?:have|know) |there is )?(?:about|on) (?P<topic>.+)",
        r"what (?:should|must|do) i (?:need to )?know about (?P<topic>.+)",
        r"what about (?P<topic>.+)",
    ),
}
_COMPILED = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, patterns in _PATTERNS.items() for pattern in patterns]

_ARTICLE = re.compile(
    r"(?:(?:the|this|that|my|our|an?) )?(?P<before>(?:[\w'’.&-]+ ){0,4}?)"
    r"(?:articles?|posts?|stor(?:y|ies)|pieces?|notes?|reports?|documents?|files?|essays?|reviews?|interviews?"
    r"|columns?|papers?)(?:,? (?:about|on|called|titled|entitled|named|of|with the title|from|by) (?P<topic>.+))?",
    re.IGNORECASE,
)
"""An article that a question names: "the article about the ferry", "the Verge review of the Steam Deck"."""
_ARTICLE_QUESTION = re.compile(
    r"what(?:'s| is| was| does| do| did) (?P<article>.+?) (?:all )?(?:about|say|report|argue|claim|conclude|tell"
    r" us|tell me)",
    re.IGNORECASE,
)
_OVERVIEW_WORDS = word_set("overview_words")
_COLLECTION_WORD = re.compile(
    rf"\b(?:{COLLECTION}|here|everything|this (?:is )?all|all this|topics|subjects|themes|news|overview|ask)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a question asks for."""

    type: QuestionType
    """The kind of answer it needs."""
    topic: str
    """What it is about, without the words that ask; for a fact, list, reason or decision, the whole question."""
    sides: tuple[str, ...] = ()
    """What a comparison compares; empty if it compares what articles say about the topic."""
    side_questions: tuple[str, ...] = ()
    """For each side, what to find out about it."""
    joint: bool = False
    """Whether a comparison asks what its sides have to do with each other."""
    exact: bool = False
    """Whether a question for articles asks for those that mention the very words of the topic."""
    newest: bool = False
    """Whether the newest article or event is asked for, or comes first, as for "the latest on"."""
    oldest: bool = False
    """Whether the oldest article is asked for."""


def parse_request(question: str) -> Request:
    """Return what a question asks for.

    Args:
        question: the question; at least one word.
    """
    question = " ".join(question.split())
    text = without_courtesy(question)
    if asks_for_overview(text):
        return Request(QuestionType.OVERVIEW, "")
    article = _ARTICLE_QUESTION.fullmatch(text)
    if article and (topic := _named_article(article["article"])):
        return Request(QuestionType.SUMMARY, topic)
    compared = parse_comparison(text)
    if compared:
        topic = " ".join(dict.fromkeys(" ".join((*compared.questions, compared.topic)).split()))
        return Request(QuestionType.COMPARISON, topic, compared.sides, compared.questions, compared.joint)
    for kind, pattern in _COMPILED:
        match = pattern.fullmatch(text)
        if match:
            return _request(kind, match)
    asked = question if text == _ENDING.sub("", question) else f"{capitalized(text)}?"
    return Request(question_type(words(asked)), asked)


def without_courtesy(question: str) -> str:
    """Return a question without "please", "can you tell me", "in a few sentences" and the like, and its end mark."""
    text = _ENDING.sub("", " ".join(question.split()))
    text = _LENGTH.sub("", _COURTESY.sub("", text))
    return _ENDING.sub("", _TELL_ME_WHO.sub("", text)) or question.strip()


def asks_for_overview(text: str) -> bool:
    """Whether a question is about the corpus as a whole, since it has no other topic."""
    return bool(_COLLECTION_WORD.search(text)) and _OVERVIEW_WORDS.issuperset(content_words(text))


def _request(kind: QuestionType, match: re.Match[str]) -> Request:
    groups = match.groupdict()
    topic = (groups.get("topic") or "").strip()
    if kind is QuestionType.TOPIC and (named := _named_article(topic)):
        return Request(QuestionType.SUMMARY, named)
    exact, newest, oldest = (bool(groups.get(name)) for name in ("exact", "newest", "oldest"))
    return Request(kind, topic, exact=exact, newest=newest, oldest=oldest)


def _named_article(text: str) -> str:
    """Return the topic of the article that ``text`` names; empty if it names none."""
    match = _ARTICLE.fullmatch(text)
    return " ".join(_parts((match["before"], match["topic"]))) if match else ""


def _parts(texts: Iterable[str | None]) -> list[str]:
    return [text.strip() for text in texts if text and text.strip()]
