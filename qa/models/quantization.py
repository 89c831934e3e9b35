"""A torch module -> an int8 ONNX file that runs without torch."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.models.hosting import without_telemetry

if TYPE_CHECKING:
    import torch

_LARGE = 1000
"""Rows from which a table of embeddings is worth shrinking."""


def write_int8(module: torch.nn.Module, inputs: Sequence[str], outputs: Mapping[str, int | None], path: Path) -> None:
    """Write ``module``, a function of integer arrays of shape (1, tokens), as int8 ONNX.

    Inputs run alone: without padding no mask is needed, and without a mask the model is faster by half.

    Args:
        module: returns one tensor, or a tuple of them.
        inputs: their names; the last axis may have any length when the model runs.
        outputs: their names, each with the axis that counts tokens; None if it has no such axis.
        path: the file to write.
    """
    with without_telemetry():
        import onnx
        from onnxruntime.quantization import QuantType, quantize_dynamic

    full = path.with_suffix(".fp32.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _write_full(_with_small_tables(module), inputs, outputs, full)
        model = onnx.load(full)
        # Without this mark, onnxruntime logs advice on the host's root logger; its preparation changes nothing here.
        onnx.helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})
        # Seven bits instead of eight: processors without VNNI overflow on eight, and the result
        # would depend on the machine.
        quantize_dynamic(
            model,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul"],
        )
    full.unlink()


def _write_full(module: torch.nn.Module, inputs: Sequence[str], outputs: Mapping[str, int | None], path: Path) -> None:
    """Write ``module`` as ONNX in the precision that it has; arguments as of ``write_int8``."""
    import torch

    axes = {name: {0: "batch", 1: "tokens"} for name in inputs}
    axes |= {name: {0: "batch"} if axis is None else {0: "batch", axis: "tokens"} for name, axis in outputs.items()}
    ids = torch.ones(2, 8, dtype=torch.long)
    with torch.no_grad():
        # The TorchScript exporter takes 1 s where the newer one takes 11 s, for a file of equal speed.
        torch.onnx.export(
            module.eval(),
            (ids,) * len(inputs),
            str(path),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def _with_small_tables(module: torch.nn.Module) -> torch.nn.Module:
    """Return a copy whose large embeddings are int8 with a scale for each row.

    One scale for the whole table, as onnxruntime would give it, cost the reader 2.5 points of exact match.
    """
    import torch

    class SmallTable(torch.nn.Module):
        rows: torch.Tensor
        scales: torch.Tensor

        def __init__(self, table: torch.nn.Embedding) -> None:
            super().__init__()
            weights = table.weight.detach()
            scales = weights.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 127
            self.register_buffer("rows", (weights / scales).round().to(torch.int8))
            self.register_buffer("scales", scales)

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return self.rows[ids].float() * self.scales[ids]

    copied = copy.deepcopy(module)
    for parent in list(copied.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, torch.nn.Embedding) and child.num_embeddings >= _LARGE:
                setattr(parent, name, SmallTable(child))
    return copied
