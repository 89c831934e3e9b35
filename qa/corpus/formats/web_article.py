"""The article on a web page: the parts that trafilatura recognises as its main text, and what stands among them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.corpus.formats.extract import Part
from qa.corpus.formats.html_collector import Walked
from qa.corpus.formats.html_tree import Element, parse_html
from qa.corpus.formats.html_walk import walked
from qa.datatypes import BlockKind

_BESIDES = {"nav", "aside", "footer", "form", "dialog"}
_ROLES = {"navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "banner", "menu", "toolbar"}
_BESIDES_BY_NAME = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|banner|breadcrumbs?|comments?|comment-\w+|consent|cookies?|disqus|footer|gdpr|masthead"
    r"|menu|most-?(?:read|popular|viewed)|nav(?:[b]ar|igation)?|newsletter|outbrain|paywall|popular|promo\w*|read-?more"
    r"|recirc\w*|recommended|related|respond|shar(?:e|ing)|sidebar|site-header|skip-link|social|sponsor\w*|subscribe|taboola"
    r"|toolbar|trending|widget)(?=$|[\s_-])",
    re.IGNORECASE,
)
"""Words in classes and names of elements that are not part of the article."""
_ARTICLE = {"article", "main"}
_LINKS = 0.6
"""Share of characters in links above which a part is a link and no text."""
_LONGEST_LINK = 150
_FEWEST = 100
"""Characters of the main text; with fewer, nothing was recognised."""
_SMALLEST_SHARE = 0.25
"""Share of the text of a page that its main text has at least."""
_LARGEST_BESIDE = 0.5
"""Share of the text of a page above which an element is no accessory, whatever its name."""
_LONGEST_ABOVE = 300
"""Characters above the title that are navigation."""
_EXACT = 40
"""Letters below which a part is part of the main text only if it stands there alone."""
_LETTERS = re.compile(r"[\W_]+")


def article_of(root: Element, text: str) -> list[Part]:
    """Return the parts of the article on a page; ``root`` is its tree and ``text`` its source."""
    parts = walked(root)
    plain = _plain(parts)
    main = _main(parts, text)
    size = sum(_length(parts[number]) for number in main)
    if size < _FEWEST or size < _SMALLEST_SHARE * sum(_length(parts[number]) for number in plain):
        chosen = plain or set(range(len(parts)))
    else:
        chosen = _around(parts, main, plain)
    numbers = sorted(chosen)
    return [parts[number].part for number in numbers[_above_title(parts, numbers) :]]


def _main(parts: Sequence[Walked], text: str) -> set[int]:
    """Return the numbers of the parts that trafilatura recognises as main text."""
    from trafilatura import bare_extraction  # takes 0.6 s

    article = bare_extraction(parse_html(text), include_comments=False, include_tables=True)
    if article is None or isinstance(article, dict):
        return set()
    pieces = [_letters(piece) for piece in article.body.itertext()]
    alone = set(pieces)
    for element in article.body.iter("p", "item", "cell", "row", "head", "quote", "code"):
        alone.add(_letters("".join(element.itertext())))
    whole = "".join(pieces)
    letters = [_letters(_text(each.part)) for each in parts]
    return {n for n, key in enumerate(letters) if key and (key in alone or (len(key) >= _EXACT and key in whole))}


def _around(parts: Sequence[Walked], main: set[int], plain: set[int]) -> set[int]:
    """Return the main text, what stands among it, and tables and lists beside it in the same element."""
    first, last = min(main), max(main)
    chosen = main | {number for number in plain if first < number < last}
    container = _common([parts[number].element for number in main])
    heading: int | None = None
    for number in range(last + 1, len(parts)):
        part, element, _ = parts[number]
        if number not in plain or not _is_within(element, container):
            break
        if part.kind is BlockKind.HEADING:
            heading = number
        elif part.kind in (BlockKind.ROW, BlockKind.ITEM, BlockKind.CODE):
            chosen |= {number} if heading is None else {heading, number}
            heading = None
    title = _title_before(parts, plain, first)
    return chosen | {number for number in plain if title <= number < first}


def _title_before(parts: Sequence[Walked], plain: set[int], first: int) -> int:
    """Return the number of the heading above the main text that no other one outranks; ``first`` if there is none."""
    depths = {n: parts[n].part.depth for n in plain if parts[n].part.kind is BlockKind.HEADING}
    highest = min(depths.values(), default=0)
    return max((number for number, depth in depths.items() if number < first and depth == highest), default=first)


def _above_title(parts: Sequence[Walked], numbers: Sequence[int]) -> int:
    """Return how many of the parts stand above the title and are short: menus, counters, logos."""
    headings = [parts[number].part.depth for number in numbers if parts[number].part.kind is BlockKind.HEADING]
    length = 0
    for index, number in enumerate(numbers):
        part = parts[number].part
        if part.kind is BlockKind.HEADING:
            return index if part.depth == min(headings) else 0
        length += _length(parts[number])
        if length > _LONGEST_ABOVE:
            break
    return 0


def _plain(parts: Sequence[Walked]) -> set[int]:
    """Return the numbers of the parts that are neither links nor in elements that accompany articles."""
    accessories: dict[Element, Element | None] = {}
    owners = [_accessory(each.element, accessories) for each in parts]
    lengths: dict[Element, int] = {}
    for each, owner in zip(parts, owners, strict=True):
        if owner is not None:
            lengths[owner] = lengths.get(owner, 0) + _length(each)
    largest = _LARGEST_BESIDE * sum(map(_length, parts))
    return {
        number
        for number, (each, owner) in enumerate(zip(parts, owners, strict=True))
        if (owner is None or lengths[owner] > largest)
        and not (each.linked > _LINKS and _length(each) < _LONGEST_LINK and each.part.kind is not BlockKind.HEADING)
    }


def _accessory(element: Element, known: dict[Element, Element | None]) -> Element | None:
    """Return the outermost element around this one, or itself, that accompanies articles; None if there is none."""
    path = []
    while element is not None and element not in known:
        path.append(element)
        element = element.getparent()
    owner = known[element] if element is not None else None
    for each in reversed(path):
        if owner is None and _is_accessory(each):
            owner = each
        known[each] = owner
    return owner


def _is_accessory(element: Element) -> bool:
    if element.tag in ("html", "body"):
        return False
    if element.tag == "header":
        is_title = next(element.iter("h1"), None) is not None
        return not is_title and not any(above.tag in _ARTICLE for above in element.iterancestors())
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    is_named = element.tag not in _ARTICLE and _BESIDES_BY_NAME.search(names)
    return element.tag in _BESIDES or (element.get("role") or "") in _ROLES or bool(is_named)


def _common(elements: Sequence[Element]) -> Element:
    """Return the innermost element that contains all of these."""
    path = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        around = {element, *element.iterancestors()}
        while path[0] not in around:
            path.pop(0)
    return path[0]


def _is_within(element: Element, container: Element) -> bool:
    return element is container or any(above is container for above in element.iterancestors())


def _text(part: Part) -> str:
    return part.text or "".join(part.cells)


def _length(each: Walked) -> int:
    return len(_text(each.part))


def _letters(text: str) -> str:
    return _LETTERS.sub("", text)
