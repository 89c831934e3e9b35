"""Any number of made-up articles: sentences of real ones, with invented names and figures, and invented vectors."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from qa.models.embedding import Embedder, Vectors

BYTES = 11_500
"""Least length of an article."""
PER_FOLDER = 1_000
"""Articles in one folder."""
REAL_VECTORS = 1_200
"""Vectors of real passages that the invented ones lie around."""
NOISE = 0.59
"""Length of the noise that is added to a vector of length 1: their cosine is .86, as between passages of one topic."""

_SENTENCE = re.compile(r"(?<=[.!?”]) +(?=[A-Z“])|\n+")
_NAME_OR_FIGURE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}|\b[1-9][0-9]{1,4}\b")
_SYLLABLES = "ka lo mer tin sal vor den bru pel ost hag rin dar wes mol fen gar tol bre nys lan quor zet ial um".split()


class MadeUpArticles:
    """Writes articles; the same number always gives the same article."""

    def __init__(self, real: Path) -> None:
        texts = [path.read_text(encoding="utf-8") for path in sorted(real.glob("*.txt"))]
        bodies = [text.split("\n\n", 1)[-1] for text in texts]
        self._sentences = [s for body in bodies for s in _SENTENCE.split(body) if 40 < len(s) < 400]

    def text(self, number: int) -> str:
        """Return the article of this number, with title, source and date."""
        chance = random.Random(number)
        names = [_name(chance) for _ in range(12)]
        paragraphs, length = list[str](), 0
        while length < BYTES:
            sentences = [self._changed(chance, names) for _ in range(chance.randint(2, 5))]
            paragraphs.append(" ".join(sentences))
            length += len(paragraphs[-1].encode()) + 2
        day = date(2012, 1, 1) + timedelta(days=chance.randrange(4_400))
        title = f"{names[0]} {names[1]}: {paragraphs[0][:50].rsplit(' ', 1)[0]}"
        head = f"Title: {title}\nSource: The {_name(random.Random(number % 50))} Post\nDate: {day}\n\n"
        return head + "\n\n".join(paragraphs) + "\n"

    def write(self, folder: Path, count: int) -> None:
        """Write the first ``count`` articles below ``folder``, those that are not there yet."""
        for number in range(count):
            path = folder / f"{number // PER_FOLDER:03}" / f"article-{number:06}.txt"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(self.text(number), encoding="utf-8")

    def passages(self) -> list[str]:
        """Return stretches of real articles, whose vectors the invented ones lie around."""
        chance = random.Random(7)
        starts = [chance.randrange(len(self._sentences) - 8) for _ in range(REAL_VECTORS)]
        return [" ".join(self._sentences[start : start + 8]) for start in starts]

    def _changed(self, chance: random.Random, names: Sequence[str]) -> str:
        def other(match: re.Match[str]) -> str:
            if match[0][0].isdigit():
                return str(chance.randrange(10 ** len(match[0])))
            return chance.choice(names) if chance.random() < 0.6 else match[0]

        return _NAME_OR_FIGURE.sub(other, chance.choice(self._sentences))


class InventedVectors(Embedder):
    """Gives each text a vector near one of ``around``, chosen by its hash; short texts, questions, are embedded."""

    def __init__(self, real: Embedder, around: Vectors) -> None:
        super().__init__(real.name, Path())
        self._real = real
        self._around = around

    def embed(self, texts: Sequence[str], on_embedded: Callable[[int], None] = lambda _: None) -> Vectors:
        """Return one unit vector for each text."""
        if all(len(text) < 200 for text in texts):
            return self._real.embed(texts, on_embedded)
        digests = [int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8]) for text in texts]
        noise = np.stack([np.random.default_rng(digest).standard_normal(self.card.dimension) for digest in digests])
        noise *= NOISE / np.sqrt(self.card.dimension)
        vectors = self._around[[digest % len(self._around) for digest in digests]] + noise
        on_embedded(len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _name(chance: random.Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))).capitalize()
