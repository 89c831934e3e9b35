"""The network: the encoder of the embedding model with a start and an end score for every token.

The form is that of Devlin et al. 2019 (arXiv 1810.04805, section 4.3): the first token stands for
"no answer here".
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel

from qa.reader.encoding import Encoded

NEVER = -1e4
"""Score of a token that can not be part of an answer."""


class SpanNetwork(nn.Module):
    """Token ids -> start and end scores."""

    def __init__(self, weights: Path) -> None:
        super().__init__()
        # Eager attention is faster than the fused one on processors, and exports without NaN guards.
        self.encoder = BertModel.from_pretrained(
            str(weights),
            add_pooling_layer=False,
            attn_implementation="eager",
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
        )
        self.head = nn.Linear(self.encoder.config.hidden_size, 2)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return scores of shape (windows, 2, tokens): of starting there, and of ending there."""
        hidden = self.encoder(input_ids=input_ids, token_type_ids=token_type_ids).last_hidden_state
        scores: Tensor = self.head(hidden).transpose(1, 2)
        return scores


def batch(inputs: Sequence[Encoded], device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids, types and where an answer may stand (or none: the first), each of shape (windows, tokens).

    All inputs have the same length.
    """
    ids = torch.tensor([one.token_ids for one in inputs])
    types = torch.tensor([one.token_types for one in inputs])
    allowed = torch.zeros_like(ids, dtype=torch.bool)
    for row, one in enumerate(inputs):
        allowed[row, one.text_start : -1] = True
    allowed[:, 0] = True
    return ids.to(device), types.to(device), allowed.to(device)


def span_loss(scores: Tensor, allowed: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross entropy of starts and ends; ``targets`` has shape (windows, 2)."""
    scores = scores.float().masked_fill(~allowed[:, None, :], NEVER)
    return nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten())
