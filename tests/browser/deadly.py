"""The sample site in a process that kills itself at the moment of an atomic action that a file names, and then once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from liveactions.runtime import moments
from sample_site.config.asgi import application

__all__ = ["application"]

ORDER = Path(os.environ["DEADLY"])


def reached(moment: str) -> None:
    if ORDER.exists() and ORDER.read_text() == moment:
        ORDER.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


moments.reached = reached
