"""An import that takes as long as a test wants: it waits for files."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from liveactions import ActionRequest, Component, Report, Toast, action

PATIENCE = 60.0


class Import(Component):
    """Each action tells in which process it runs, and goes on when the file of its name is there."""

    name = "background.import"
    template = "<p>rows: {{ rows }}, seen: {{ seen }}</p>"
    folder: str
    rows: int = 0
    seen: int = 0

    @action
    def look(self):
        self.seen += 1
        return Toast(str(os.getpid()))

    @action
    def print(self):
        return Report("background.list", report_data={"rows": ["one", "two"]})

    @action(background=True)
    def read(self, gate: str = ""):
        self.begun("read")
        self.wait(gate)
        self.rows += 1
        self.file("read.done").touch()
        return Toast(str(os.getpid()))

    @action(background=True)
    def steps(self, request: ActionRequest):
        for number in (1, 2):
            self.rows = number
            request.progress(number, 3, "Reading")
            yield Toast(f"step {number} in {os.getpid()}")
            self.wait(f"after-{number}")

    @action(background=True)
    async def ask(self, request: ActionRequest):
        self.begun("ask")
        if await request.confirm("Read them all?"):
            self.rows = 100
        return Toast(str(os.getpid()))

    @action(background=True)
    async def watch(self):
        self.begun("watch")
        try:
            await asyncio.sleep(PATIENCE)
        except asyncio.CancelledError:
            self.file("watch.stopped").touch()
            raise

    def begun(self, name: str) -> None:
        """One line for each time that an action was begun."""
        with self.file(f"{name}.begun").open("a") as file:
            file.write(f"{os.getpid()}\n")

    def wait(self, gate: str) -> None:
        end = time.monotonic() + PATIENCE
        while gate and not self.file(gate).exists() and time.monotonic() < end:
            time.sleep(0.01)

    def file(self, name: str) -> Path:
        return Path(self.folder) / name
