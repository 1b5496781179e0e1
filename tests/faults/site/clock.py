"""A wall clock that is wrong: what ``time.time`` says in this process is ahead by the seconds that stand in a file.

Clocks that only count (``time.monotonic``, that of the event loop) stay right, as they do on a real machine.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

__all__ = ["skew"]


def skew(file: Path) -> None:
    """From now on the clock of this process is ahead by what ``file`` says at that moment."""
    right, source = time.time, os.open(file, os.O_RDONLY)

    def wrong() -> float:
        return right() + float(os.pread(source, 32, 0) or 0)

    time.time = wrong
