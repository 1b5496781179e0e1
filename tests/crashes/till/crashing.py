"""How a process is made to die, or worse, at a moment of the package: it is asked to before, and then waits for it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from liveactions.runtime import moments

__all__ = ["ARMED", "arm", "install", "obey_file"]

FOLDER = Path(os.environ["TILL_FOLDER"])
ARMED = "armed"
"""The file that says at which moment, and in which way, the first worker crashes that comes there."""
LONGEST = 5.0
"""Seconds for which a process is frozen, unless somebody lets it go on."""

lock = threading.Lock()
armed: tuple[str, str, int] | None = None


def install() -> None:
    """Once Django is ready."""
    from liveactions.consumers import worker
    from liveactions.ledger import sweeping
    from liveactions.runtime import background

    moments.reached = reached
    sweeping.PAUSE = 0.1  # instead of three quarters of a second, which nearly every test would wait for twice
    background.CHECK, worker.BEAT, worker.SILENCE = 0.2, 0.2, 1.0  # type: ignore[misc]  # as well


def obey_file() -> None:
    """In a process that cannot be asked."""
    moments.reached = reached_by_file


def arm(moment: str, kind: str, times: int) -> None:
    """Crash, in this way, when the moment comes for the ``times``-th time."""
    global armed  # noqa: PLW0603  # one process, one crash
    armed = moment, kind, times


def reached(moment: str) -> None:
    global armed  # noqa: PLW0603  # as above
    with lock:
        if armed is None or armed[0] != moment:
            return
        _, kind, times = armed
        armed = (moment, kind, times - 1) if times > 1 else None
    if times == 1:
        KINDS[kind]()


def reached_by_file(moment: str) -> None:
    order = FOLDER / ARMED
    with lock:
        if not order.exists():
            return
        when, kind = order.read_text().split()
        if when != moment:
            return
        order.unlink()
    KINDS[kind]()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise RuntimeError("A crash that was asked for.")


def freeze() -> None:
    """Stand still until the test says go, or for five seconds; whatever holds locks holds them."""
    (FOLDER / "reached").touch()
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and not (FOLDER / "go").exists():
        time.sleep(0.005)
    (FOLDER / "passed").touch()


KINDS: dict[str, Callable[[], None]] = {"kill": kill, "exception": fail, "freeze": freeze, "reset": freeze}
