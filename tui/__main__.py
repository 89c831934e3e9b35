"""``python -m tui`` is ``qa tui``, options included."""

from __future__ import annotations

import sys

from qa.cli import main

if __name__ == "__main__":
    main(["tui", *sys.argv[1:]])
