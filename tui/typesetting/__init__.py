"""An article laid out for the screen: its parts, and the rows of a width that they fill.

Every character that is drawn knows its place in the file, so that marks made of offsets hit the very characters.
"""

from __future__ import annotations

from tui.typesetting.parts import Part, parts_of
from tui.typesetting.rows import Row, Rows

__all__ = ["Part", "Row", "Rows", "parts_of"]
