from __future__ import annotations

import os
from pathlib import Path

from liveactions import Component, Toast, action, broadcast
from tests.crashes.till.models import Payment

FOLDER = Path(os.environ["TILL_FOLDER"])


class Till(Component):
    """What it takes is counted here, written into a ledger, and told to everybody who watches."""

    name = "till"
    template = "<p>{{ taken }}</p>"
    taken: int = 0

    @action(atomic=True)
    def pay(self, name: str) -> Toast:
        """The ledger is a table."""
        Payment.objects.create(name=name)
        self.taken += 1
        broadcast("till", Toast(f"paid {name}"))
        return Toast(f"thanks for {name}")

    @action
    def post(self, name: str) -> Toast:
        """The ledger is a file: outside of any transaction."""
        with (FOLDER / "posted").open("a") as ledger:
            ledger.write(f"{name}\n")
        self.taken += 1
        return Toast(f"thanks for {name}")


class Watcher(Component):
    name = "watcher"
    template = "<p></p>"

    def topics(self) -> list[str]:
        return ["till"]
