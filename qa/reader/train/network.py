"""The network: the encoder of MPNet (Song et al. 2020, arXiv 2004.09297) with three heads.

The span head follows Devlin et al. 2019 (arXiv 1810.04805, section 4.3): a start and an end score for every token,
where the first token represents "no answer here".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 (the conventional name)
from torch import Tensor, nn

from qa.reader.train.tokenised import VOCABULARY

LEVELS = 64
"""Largest integer weight of a matrix, exactly as ``qa.models.quantization`` rounds it."""
WORD_LEVELS = 63
"""Largest integer weight of the word embeddings."""
INPUT_STEPS = 255
"""Quantization steps between the smallest and largest input of a layer in the int8 file."""
NEVER = -1e4
"""Score of masked positions; finite in half precision as well."""
EPSILON = 1e-5
"""Epsilon of the layer norms, as in MPNet."""
FIRST_POSITION = 2
"""MPNet numbers positions from here."""
BUCKETS, EXACT_BUCKETS, FARTHEST = 32, 8, 128
"""Number of relative position buckets; exact ones per direction; distance from which all share the last bucket."""


@dataclass(frozen=True, slots=True)
class Size:
    """Dimensions of a network; the defaults are those of the shipped one."""

    layers: int = 6
    """Layers in the encoder."""
    width: int = 768
    """Dimensions of a hidden state."""
    heads: int = 12
    """Attention heads per layer."""
    words: int = 30527
    """Rows of the word embeddings."""
    positions: int = 514
    """Rows of the position embeddings."""


class Outputs(NamedTuple):
    """Outputs of the network for each input."""

    scores: Tensor
    """Scores of a span starting and ending at each token; shape (inputs, 2, tokens)."""
    yes_no: Tensor
    """Scores of yes and no; shape (inputs, 2)."""
    support: Tensor
    """Scores of supported, refuted and not stated; shape (inputs, 3)."""
    hidden: Tensor
    """The encoder's output; shape (inputs, tokens, width)."""


def rounded_rows(matrix: Tensor, levels: int) -> tuple[Tensor, Tensor]:
    """Return integers from -levels to levels (as floats), and the scale of each row, shape (rows, 1).

    Their product is the rounded matrix. Rounding is idempotent.
    """
    scale = matrix.abs().amax(1, keepdim=True).clamp(min=1e-12) / levels
    return (matrix / scale).round().clamp(-levels, levels), scale


class Linear(nn.Linear):
    """A linear layer that can simulate the rounding of the shipped int8 file.

    Quantization-aware training (Jacob et al. 2018, arXiv 1712.05877): in low precision, each row of weights is rounded
    to ``LEVELS`` and each input to 8 bits, while gradients ignore the rounding (the straight-through estimator, Bengio
    et al. 2013, arXiv 1308.3432).
    """

    low = False
    """Whether the layer computes in low precision."""

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
    """Attention and a feed-forward network, each with a residual connection and layer norm."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.q, self.k, self.v, self.o = (Linear(width, width) for _ in range(4))
        self.ln1, self.ln2 = nn.LayerNorm(width, EPSILON), nn.LayerNorm(width, EPSILON)
        self.up, self.down = Linear(width, 4 * width), Linear(4 * width, width)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return the output of the layer; input and output have shape (inputs, tokens, width).

        ``mask`` is added to the attention scores; shape (inputs, heads, tokens, tokens).
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
        """Return the output of the layer from its input and ``attended``, the attention output of its heads."""
        attended = self.o(attended.transpose(1, 2).reshape(hidden.shape))
        hidden = self.ln1(hidden + F.dropout(attended, self.dropout, self.training))
        output: Tensor = self.ln2(hidden + F.dropout(self.down(F.gelu(self.up(hidden))), self.dropout, self.training))
        return output


class Encoder(nn.Module):
    """MPNet's encoder for ids of BERT's vocabulary; word embeddings and relative position biases are frozen."""

    mpnet_ids: Tensor
    """BERT's ids -> MPNet's; shape (VOCABULARY,)."""
    word_scales: Tensor
    """Scale of each row of ``words``, whose weights are integer multiples of it; shape (words, 1)."""

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
        # Converted once rather than in every layer: the mask is as large as the attention of all heads.
        mask = mask.to(torch.bfloat16 if ids.is_cuda else torch.float32)
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return hidden

    def embedded(self, ids: Tensor) -> Tensor:
        """Return the normalised sum of word and position embeddings; shape (inputs, tokens, width)."""
        positions = torch.arange(ids.shape[1], device=ids.device) + FIRST_POSITION
        hidden: Tensor = self.ln(self.words(self.mpnet_ids[ids]) + self.positions(positions))
        return hidden

    def position_bias(self, tokens: int) -> Tensor:
        """Return the attention bias of relative positions; shape (1, heads, tokens, tokens)."""
        bias: Tensor = self.bias(position_buckets(tokens, self.bias.weight.device)).permute(2, 0, 1)[None]
        return bias


def position_buckets(tokens: int, device: torch.device) -> Tensor:
    """Return the relative position bucket of each pair of tokens, shape (tokens, tokens).

    Short distances have one bucket each; longer ones share buckets of logarithmic width (Raffel et al. 2020,
    arXiv 1910.10683, section 2.1).
    """
    positions = torch.arange(tokens, device=device)
    offsets = positions[:, None] - positions[None]
    side = (offsets < 0).long() * (BUCKETS // 2)
    distance = offsets.abs()
    spread = torch.log(distance.float().clamp(min=1) / EXACT_BUCKETS) / math.log(FARTHEST / EXACT_BUCKETS)
    far = EXACT_BUCKETS + (spread * (BUCKETS // 2 - EXACT_BUCKETS)).long()
    return side + torch.where(distance < EXACT_BUCKETS, distance, far.clamp(max=BUCKETS // 2 - 1))


class ReaderNetwork(nn.Module):
    """The encoder with its heads: spans at every token, yes/no and support at the first."""

    def __init__(self, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        self.size = size
        self.encoder = Encoder(size, dropout)
        self.span = Linear(size.width, 2)
        # Computed only for the first token; the int8 file leaves these heads in full precision.
        self.yes_no, self.support = nn.Linear(size.width, 2), nn.Linear(size.width, 3)
        for head in (self.span, self.yes_no, self.support):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, pad: Tensor) -> Outputs:
        """Read inputs of shape (inputs, tokens); ``pad`` marks the padding."""
        hidden = self.encoder(ids, pad)
        scores = self.span(hidden).transpose(1, 2).float()
        return Outputs(scores, self.yes_no(hidden[:, 0]).float(), self.support(hidden[:, 0]).float(), hidden)

    def set_low_precision(self, on: bool) -> None:
        """Switch the simulated int8 rounding on or off."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.low = on
