"""What shows that a file changed, without reading it: its size and times, as long as they can tell."""

from __future__ import annotations

import os
from typing import NamedTuple

UNSETTLED = -1
"""Recorded instead of a time of change: the file may change again without showing it, so its content decides."""

_TICK_NS = 2_000_000_000
"""Two changes that are further apart have different times, even on FAT; elsewhere the clock ticks every 10 ms."""
_FUTURE_NS = 86_400_000_000_000
"""How far the clock of a file server may be ahead; later times are not those of a change."""
_TELLS_CHANGE = os.name != "nt"
"""On Windows, the time that Python calls that of the change is that of the creation."""


class FileState(NamedTuple):
    """Shows whether a file changed, without reading it."""

    size: int
    """Bytes on disk."""
    mtime_ns: int
    """Modification time, nanoseconds since the epoch, the lowest 64 bits."""
    ctime_ns: int = 0
    """When the file was last changed in any respect, which programs cannot set back; 0 on Windows, or UNSETTLED."""

    @classmethod
    def of(cls, status: os.stat_result) -> FileState:
        """Return the state that the system reports."""
        mtime, ctime = status.st_mtime_ns, status.st_ctime_ns if _TELLS_CHANGE else 0
        if (mtime | ctime) >> 63:  # one is negative or too large
            mtime, ctime = _in_64_bits(mtime), _in_64_bits(ctime)
        return tuple.__new__(cls, (status.st_size, mtime, ctime))  # in half the time of cls(), before every question

    def read_at(self, now_ns: int) -> FileState:
        """Return the state to record for a file that was read from ``now_ns`` on.

        A change in the same tick of the clock would leave its times as they are, so they do not settle what was read:
        git's rule for "racily clean" files.
        """
        is_recent = any(now_ns - _TICK_NS < time < now_ns + _FUTURE_NS for time in (self.mtime_ns, self.ctime_ns))
        return self._replace(ctime_ns=UNSETTLED) if is_recent else self


def _in_64_bits(number: int) -> int:
    """Return a number as SQLite can store it: nanoseconds up to the year 2262 fit."""
    return (number + 2**63) % 2**64 - 2**63
