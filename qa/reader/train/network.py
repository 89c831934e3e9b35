"""The network that is trained: the encoder of MPNet (Song et al. 2020, arXiv 2004.09297) and three heads on it.

The head for spans is that of Devlin et al. 2019 (arXiv 1810.04805, section 4.3): a start and an end score for every
token, where the first token stands for "no answer here".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 (the name that everybody gives it)
from torch import Tensor, nn

from qa.reader.train.tokenised import VOCABULARY

LEVELS = 64
"""Largest whole number of a matrix's weight: just what ``qa.models.quantization`` rounds to."""
WORD_LEVELS = 63
"""Likewise of the table of words."""
INPUT_STEPS = 255
"""Steps between the smallest and the largest input of a layer in the int8 file."""
NEVER = -1e4
"""Score of what must not be chosen; finite in half precision too."""
EPSILON = 1e-5
"""Of the layer norms, as in MPNet."""
FIRST_POSITION = 2
"""MPNet counts positions from here."""
BUCKETS, EXACT_BUCKETS, FARTHEST = 32, 8, 128
"""Buckets of relative positions; those of one distance each, to either side; the distance from which all are one."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is; by default as large as the shipped one."""

    layers: int = 6
    """Layers of the encoder."""
    width: int = 768
    """Numbers a token."""
    heads: int = 12
    """Heads of attention in a layer."""
    words: int = 30527
    """Rows of the table of words."""
    positions: int = 514
    """Rows of the table of positions."""


class Outputs(NamedTuple):
    """What the network says of each input."""

    scores: Tensor
    """Of a span's start and end at each token; shape (inputs, 2, tokens)."""
    yes_no: Tensor
    """Scores of yes and no; shape (inputs, 2)."""
    support: Tensor
    """Scores of supported, refuted and not stated; shape (inputs, 3)."""
    hidden: Tensor
    """The encoder's output; shape (inputs, tokens, width)."""


def rounded_rows(matrix: Tensor, levels: int) -> tuple[Tensor, Tensor]:
    """Return whole numbers from -levels to levels (as floats), and the scale of each row, shape (rows, 1).

    Their product is the matrix rounded; of a matrix that is rounded already it is the matrix itself.
    """
    scale = matrix.abs().amax(1, keepdim=True).clamp(min=1e-12) / levels
    return (matrix / scale).round().clamp(-levels, levels), scale


class Linear(nn.Linear):
    """A linear layer that can compute with the rounding of the shipped int8 file.

    Quantization-aware training (Jacob et al. 2018, arXiv 1712.05877): in low precision, weights are rounded to
    ``LEVELS`` a row and inputs to 8 bits an input, and gradients pass as if they were not (the straight-through
    estimator, Bengio et al. 2013, arXiv 1308.3432).
    """

    low = False
    """Whether it computes in low precision now."""

    def forward(self, hidden: Tensor) -> Tensor:
        """Map ``hidden``, shape (inputs, tokens, in), to shape (inputs, tokens, out)."""
        if not self.low:
            return F.linear(hidden, self.weight, self.bias)
        with torch.no_grad():
            numbers, scale = rounded_rows(self.weight.float(), LEVELS)
            weight_change = numbers * scale - self.weight
            exact = hidden.float()
            lowest = exact.amin((1, 2), keepdim=True).clamp(max=0)
            highest = exact.amax((1, 2), keepdim=True).clamp(min=0)
            step = ((highest - lowest) / INPUT_STEPS).clamp(min=1e-8)
            change = ((exact - lowest) / step).round() * step + lowest - exact
        return F.linear(hidden + change.to(hidden.dtype), self.weight + weight_change, self.bias)


class Layer(nn.Module):
    """Attention and a feed-forward network, each added to its input and normalised."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.q, self.k, self.v, self.o = (Linear(width, width) for _ in range(4))
        self.ln1, self.ln2 = nn.LayerNorm(width, EPSILON), nn.LayerNorm(width, EPSILON)
        self.up, self.down = Linear(width, 4 * width), Linear(4 * width, width)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return the layer's output for its input, both of shape (inputs, tokens, width).

        ``mask`` is added to the scores of attention; shape (inputs, heads, tokens, tokens).
        """
        query, key, value = self.projected(hidden)
        dropout = self.dropout if self.training else 0.0
        attended = F.scaled_dot_product_attention(query, key, value, mask.to(query.dtype), dropout)
        return self.combined(hidden, attended)

    def projected(self, hidden: Tensor) -> list[Tensor]:
        """Return queries, keys and values; each of shape (inputs, heads, tokens, width / heads)."""
        inputs, tokens, width = hidden.shape
        shape = (inputs, tokens, self.heads, width // self.heads)
        return [project(hidden).view(shape).transpose(1, 2) for project in (self.q, self.k, self.v)]

    def combined(self, hidden: Tensor, attended: Tensor) -> Tensor:
        """Return the layer's output for its input and what its heads ``attended`` to, shaped like their values."""
        attended = self.o(attended.transpose(1, 2).reshape(hidden.shape))
        hidden = self.ln1(hidden + F.dropout(attended, self.dropout, self.training))
        output: Tensor = self.ln2(hidden + F.dropout(self.down(F.gelu(self.up(hidden))), self.dropout, self.training))
        return output


class Encoder(nn.Module):
    """MPNet's encoder for ids of BERT's vocabulary; its tables of words and of relative positions stay as they are."""

    mpnet_ids: Tensor
    """BERT's ids -> MPNet's; shape (VOCABULARY,)."""
    word_scales: Tensor
    """Scale of each row of ``words``, whose weights are whole multiples of it; shape (words, 1)."""

    def __init__(self, size: Size, dropout: float) -> None:
        super().__init__()
        self.words = nn.Embedding(size.words, size.width)
        self.positions = nn.Embedding(size.positions, size.width)
        self.bias = nn.Embedding(BUCKETS, size.heads)
        self.ln = nn.LayerNorm(size.width, EPSILON)
        self.layers = nn.ModuleList(Layer(size.width, size.heads, dropout) for _ in range(size.layers))
        self.dropout = dropout
        self.register_buffer("mpnet_ids", torch.arange(VOCABULARY))
        self.register_buffer("word_scales", torch.ones(size.words, 1))
        self.words.weight.requires_grad_(False)
        self.bias.weight.requires_grad_(False)

    def forward(self, ids: Tensor, pad: Tensor) -> Tensor:
        """Return hidden states of shape (inputs, tokens, width) for BERT's ids, shape (inputs, tokens)."""
        hidden = F.dropout(self.embedded(ids), self.dropout, self.training)
        padded = torch.zeros(pad.shape, device=ids.device).masked_fill(pad, NEVER)[:, None, None]
        mask = self.position_bias(ids.shape[1]) + padded
        # Once here and not in every layer: it is as large as the attention of all heads.
        mask = mask.to(torch.bfloat16 if ids.is_cuda else torch.float32)
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return hidden

    def embedded(self, ids: Tensor) -> Tensor:
        """Return the sum of word and position, normalised; shape (inputs, tokens, width)."""
        positions = torch.arange(ids.shape[1], device=ids.device) + FIRST_POSITION
        hidden: Tensor = self.ln(self.words(self.mpnet_ids[ids]) + self.positions(positions))
        return hidden

    def position_bias(self, tokens: int) -> Tensor:
        """Return what relative positions add to attention; shape (1, heads, tokens, tokens)."""
        bias: Tensor = self.bias(position_buckets(tokens, self.bias.weight.device)).permute(2, 0, 1)[None]
        return bias


def position_buckets(tokens: int, device: torch.device) -> Tensor:
    """Return the bucket of each token as seen from each other, shape (tokens, tokens).

    Near ones have a bucket each, far ones share one by the logarithm of the distance (Raffel et al. 2020,
    arXiv 1910.10683, section 2.1).
    """
    at = torch.arange(tokens, device=device)
    away = at[:, None] - at[None]
    side = (away < 0).long() * (BUCKETS // 2)
    away = away.abs()
    spread = torch.log(away.float().clamp(min=1) / EXACT_BUCKETS) / math.log(FARTHEST / EXACT_BUCKETS)
    far = EXACT_BUCKETS + (spread * (BUCKETS // 2 - EXACT_BUCKETS)).long()
    return side + torch.where(away < EXACT_BUCKETS, away, far.clamp(max=BUCKETS // 2 - 1))


class ReaderNetwork(nn.Module):
    """The encoder with its heads: spans at every token, yes or no and support at the first."""

    def __init__(self, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        self.size = size
        self.encoder = Encoder(size, dropout)
        self.span = Linear(size.width, 2)
        # Only computed for the first token, where the int8 file computes in full precision.
        self.yes_no, self.support = nn.Linear(size.width, 2), nn.Linear(size.width, 3)
        for head in (self.span, self.yes_no, self.support):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, pad: Tensor) -> Outputs:
        """Read inputs of shape (inputs, tokens); ``pad`` says which tokens only pad."""
        hidden = self.encoder(ids, pad)
        scores = self.span(hidden).transpose(1, 2).float()
        return Outputs(scores, self.yes_no(hidden[:, 0]).float(), self.support(hidden[:, 0]).float(), hidden)

    def set_low_precision(self, on: bool) -> None:
        """Switch the rounding of the int8 file on or off."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.low = on
