from __future__ import annotations

import os
import time
from pathlib import Path

from liveactions import Component, Present, Toast, action, broadcast, presence

VERSION = int(os.environ.get("SITE_VERSION", "1"))
"""Of the application: the second one has another field, and looks different."""


class Room(Component):
    """Tells how many are here."""

    name = "operations.room"
    template = "<p>here: {{ here|length }}, waves: {{ waves }}</p>"
    waves: int = 0
    here: list[Present] = presence("operations.room")

    @action
    def wave(self):
        self.waves += 1


class Tally(Component):
    """Counts what was done, and leaves a trace of it outside."""

    name = "operations.tally"
    template = "<p>{{ n }}</p>"
    n: int = 0
    if VERSION > 1:
        template = "<p>{{ unit }}{{ n }}</p>"
        unit: str = "pieces: "

    def topics(self):
        return ["operations.tally"]

    @action
    def note(self, name: str):
        self.n += 1
        trace(name)

    @action
    def slowly(self, name: str, seconds: float = 2.0):
        trace(f"begin:{name}")
        time.sleep(seconds)
        self.n += 1
        trace(f"end:{name}")

    @action
    def fill(self, times: int, size: int):
        for n in range(times):
            broadcast("operations.tally", Toast(f"filled:{n} {'x' * size}"))

    @action
    def say(self, name: str):
        self.n += 1
        trace(name)
        broadcast("operations.tally", Toast(f"said:{name}"))


def trace(name: str) -> None:
    """One line, whole, however many processes write at a time."""
    with Path(os.environ["SITE_LEDGER"]).open("a") as ledger:
        ledger.write(f"{name}\n")
