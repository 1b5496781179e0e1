"""A component whose actions do something outside: a line in a file for each, which outlives every process."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from liveactions import Component, action, field, on

__all__ = ["Errand"]


class Errand(Component):
    """A count, what was heard, and things that only the browser knows of."""

    template = """
      <section id="errand">
        <input id="free" placeholder="nobody's business">
        <input id="bound_text" live-model="text">
        <details id="more"><summary>More</summary><p>There is more.</p></details>
        <button id="go" type="button" live-click="run" live-value-name="pressed">Go</button>
        <output id="count">{{ count }}</output>
        <output id="heard">{{ heard|join:" " }}</output>
        <output id="typed">{{ text }}</output>
      </section>
    """

    count: int = 0
    heard: list[int] = field(default_factory=list)
    text: str = field("", bind=True)

    def topics(self) -> list[str]:
        return ["ticks"]

    @on("tick")
    def hear(self, number: int) -> None:
        self.heard.append(number)

    @action
    async def run(self, name: str) -> None:
        """Do it, which takes a moment before and after."""
        await asyncio.sleep(0.002)
        write(name)
        self.count += 1
        await asyncio.sleep(0.002)

    @action
    def run_in_a_thread(self, name: str) -> None:
        write(name)
        self.count += 1


def write(line: str) -> None:
    with Path(os.environ["SITE_LEDGER"]).open("a") as ledger:
        ledger.write(f"{line}\n")
