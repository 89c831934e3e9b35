"""A few invented articles, claims and random weights, in the format that training of the reader starts from."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from qa.reader.network import SHIPPED
from qa.reader.train.network import LEVELS, WORD_LEVELS, rounded_rows

TOKENIZER = SHIPPED / "tokenizer.json"
TOWNS = "Lindholm Sandvik Osterby Hamra Norrtorp Vika Algered Byske Tuna Malung Edsbyn Rydal".split()
FILLING = "It stands by the river, has a tower of red brick, and is open to all who want to read. "
LAYERS, WIDTH, HEADS, WORDS = 4, 24, 4, 30527


def year(number: int) -> str:
    """Return the answer to the question about paragraph ``number``."""
    return str(1800 + number)


def paragraph(number: int) -> dict[str, object]:
    """Return a paragraph about a town that also names the next ones, with three kinds of questions."""
    town = TOWNS[number % len(TOWNS)]
    others = ", ".join(TOWNS[(number + step) % len(TOWNS)] for step in (1, 2, 3, 4))
    context = f"{FILLING}The library of {town} was built in {year(number)}. Others stand in {others}. {FILLING}"
    answers = [{"text": text, "answer_start": context.index(text)} for text in (year(number), f"in {year(number)}")]
    questions: list[dict[str, object]] = [
        {"question": f"When was the library of {town} built?", "answers": answers},
        {"question": f"Who built the library of {town}?", "answers": [], "is_impossible": True},
        {"question": f"Is there a library in {town}?", "answers": [], "yes_no": "yes"},
    ]
    return {"context": context, "qas": questions}


def write_bench(folder: Path) -> Path:
    """Write questions for training and evaluation, and claims."""
    (folder / "reader-training").mkdir(parents=True)
    (folder / "squad" / "articles").mkdir(parents=True)
    (folder / "support").mkdir()
    connected = {"title": "Libraries_of_the_coast", "paragraphs": [paragraph(number) for number in range(12)]}
    loose = {"title": "passage", "paragraphs": [paragraph(number) for number in (100, 101)]}
    train = {"data": [connected, loose]}
    (folder / "reader-training" / "few.json").write_text(json.dumps(train), encoding="utf-8")
    rows, text = [], "Libraries\n\n"
    for number in range(6):
        context = str(paragraph(number)["context"])
        start = len(text) + context.index(year(number))
        row = {"file": "libraries.txt", "para_start": len(text), "para_end": len(text) + len(context)}
        answers = [{"text": year(number), "start": start, "end": start + len(year(number))}]
        question = f"When was the library of {TOWNS[number]} built?"
        rows.append({**row, "question": question, "answerable": True, "answers": answers})
        rows.append({**row, "question": f"Who built that of {TOWNS[number]}?", "answerable": False, "answers": []})
        text += f"{context}\n\n"
    (folder / "squad" / "articles" / "libraries.txt").write_bytes(text.encode("utf-8"))
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "squad" / "questions_dev.jsonl").write_text(lines, encoding="utf-8")
    claims = [
        {"claim": f"{town} has a library.", "evidence": f"In {town} {who} read.", "label": label}
        for town in TOWNS
        for who, label in (("all", "supported"), ("nobody can", "refuted"), ("it rains while they", "not supported"))
    ]
    (folder / "support" / "claims.json").write_text(json.dumps({"data": claims}), encoding="utf-8")
    return folder


def write_mpnet(folder: Path) -> Path:
    """Write a small MPNet with random weights that ``pack`` rounds without loss, and with the real vocabulary."""
    folder.mkdir(parents=True)
    generator = torch.Generator().manual_seed(1)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator) * 0.3

    def rounded(rows: int, columns: int, levels: int = LEVELS) -> torch.Tensor:
        # The largest weight of each row is a power of two, so that rounding again gives the same scale.
        numbers, _ = rounded_rows(random(rows, columns), levels)
        return numbers / levels if levels == LEVELS else numbers * 2.0**-6

    weights = {
        "embeddings.word_embeddings.weight": rounded(WORDS, WIDTH, WORD_LEVELS),
        "embeddings.position_embeddings.weight": random(514, WIDTH).half().float(),
        "encoder.relative_attention_bias.weight": random(32, HEADS),
        "pooler.dense.weight": random(WIDTH, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        for matrix in "qkvo":
            weights[f"{layer}.attention.attn.{matrix}.weight"] = rounded(WIDTH, WIDTH)
            weights[f"{layer}.attention.attn.{matrix}.bias"] = random(WIDTH)
        weights[f"{layer}.intermediate.dense.weight"] = rounded(4 * WIDTH, WIDTH)
        weights[f"{layer}.intermediate.dense.bias"] = random(4 * WIDTH)
        weights[f"{layer}.output.dense.weight"] = rounded(WIDTH, 4 * WIDTH)
        weights[f"{layer}.output.dense.bias"] = random(WIDTH)
        norms += [f"{layer}.attention.LayerNorm", f"{layer}.output.LayerNorm"]
    for norm in norms:
        weights |= {f"{norm}.weight": 1 + random(WIDTH), f"{norm}.bias": random(WIDTH)}
    save_file(weights, folder / "model.safetensors")
    bert = json.loads(TOKENIZER.read_text(encoding="utf-8"))["model"]["vocab"]
    vocabulary = {token: number + 4 for token, number in bert.items()}
    vocabulary |= {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": WORDS - 1}
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary}}), encoding="utf-8")
    return folder
