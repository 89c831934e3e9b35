"""Keys of chunks as an array."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
"""Keys of chunks, ascending."""
