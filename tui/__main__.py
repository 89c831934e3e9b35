"""``python -m tui`` is equivalent to ``qa tui`` and takes the same options."""

from __future__ import annotations

import sys

from qa.cli import main

if __name__ == "__main__":
    main(["tui", *sys.argv[1:]])
