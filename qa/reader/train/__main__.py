"""``python -m qa.reader.train DATA OUT``: from a folder of questions to the reader's files."""

from __future__ import annotations

from pathlib import Path

import click
import torch

from qa.embedding import Embedder
from qa.embedding.export import bundled_folder
from qa.reader.train.examples import read_examples
from qa.reader.train.export import write_reader
from qa.reader.train.loop import Training
from qa.reader.train.near_misses import find_near_misses
from qa.reader.train.network import SpanNetwork
from qa.settings import DEFAULT_MODEL, cache_folder

PASSES = 3
"""Over the questions on articles; three take about 75 minutes on two cores."""


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--passes", default=PASSES, show_default=True, help="Passes over the questions.")
@click.option("--seed", default=0, show_default=True, help="Seed of everything random.")
def main(data: Path, out: Path, passes: int, seed: int) -> None:
    """Train the reader on the SQuAD-format files in DATA and write it to OUT; run again to go on."""

    def report(line: str) -> None:
        click.echo(line, err=True)

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    embedder = Embedder(DEFAULT_MODEL, cache_folder(), report)
    files = sorted(data.glob("*.json"))
    examples = [example for file in files for example in read_examples(file, embedder.tokenizer)]
    report(f"{len(examples)} questions from {len(files)} files")
    near_misses = find_near_misses(examples, embedder, out, report)
    network = SpanNetwork(bundled_folder())
    training = Training(network, embedder.tokenizer, examples, near_misses, passes, seed)
    training.run(out / "checkpoint.pt", report)
    made_of = {"passes": passes, "seed": seed, "questions": len(examples), "steps": training.steps}
    write_reader(network, embedder.tokenizer, out / "model", made_of)
    report(f"Wrote {out / 'model'}")


if __name__ == "__main__":
    main()
