"""``python -m tests.formats [FORMAT ...]``: ask the questions in each format, and print how many answers are right."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from tests.formats.articles import questions
from tests.formats.check import ASPECTS, Results, check
from tests.formats.formats import FORMATS

_FIELDS = ("title", "author", "date", "source")


def main() -> None:
    """Check the formats and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.formats", description=__doc__)
    parser.add_argument("formats", nargs="*", choices=[[], *FORMATS], metavar="FORMAT", help="default: all")
    parser.add_argument("--step", type=int, default=1, help="ask every so many-th question")
    parser.add_argument("--wrong", action="store_true", help="print everything that is wrong")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="only write the files, a folder for each format")
    arguments = parser.parse_args()
    names = arguments.formats or [*FORMATS]
    if arguments.write:
        for name in names:
            FORMATS[name].write_to(arguments.write / name)
        return
    for variable in [variable for variable in os.environ if variable.startswith("QA_")]:
        del os.environ[variable]
    print(f"{'format':22}" + "".join(f"{name:>9}" for name in ("all", *ASPECTS, *_FIELDS, "seconds")))
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            FORMATS[name].write_to(Path(folder, "articles"))
            chosen = questions()[:: arguments.step]
            results = check(Path(folder, "articles"), Path(folder, "index"), FORMATS[name], chosen)
        print(_row(results), flush=True)
        if arguments.wrong:
            print("".join(f"    {problem}\n" for problem in results.problems), end="", flush=True)


def _row(results: Results) -> str:
    if not results.is_read:
        return f"{results.format.name:22}  no reader"
    aspects = [name for name in ASPECTS if name != "place" or results.format.unit]
    cells = [
        f"{results.right[name]}/{results.asked}" if name in ("all", *aspects) else "-" for name in ("all", *ASPECTS)
    ]
    cells += [str(results.fields[name]) if name in results.format.fields else "-" for name in _FIELDS]
    return f"{results.format.name:22}" + "".join(f"{cell:>9}" for cell in [*cells, f"{results.seconds:.1f}"])


if __name__ == "__main__":
    main()
