from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from liveactions import Component, Switch, Toast, action, broadcast, on
from liveactions.contrib import records
from liveactions.contrib.records.changes import EVENT, topic
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

    @action(repeatable=True)
    def ring(self) -> Toast:
        """Nothing but the till knows of it."""
        self.taken += 1
        return Toast(f"rung {self.taken}")

    @action(repeatable=True)
    async def ring_later(self) -> Toast:
        """The same without a thread."""
        self.taken += 1
        return Toast(f"rung {self.taken}")

    @action(repeatable=True)
    def ring_twice(self) -> Iterator[Toast]:
        """The page is told of each."""
        for _ in range(2):
            self.taken += 1
            yield Toast(f"rung {self.taken}")

    @action
    def post_and_pay(self, name: str) -> Switch:
        """Something outside of any transaction, which then hands over to one."""
        self.post(name)
        return Switch("pay", {"name": name})

    @action(atomic=True)
    def pay_twice(self, name: str) -> Switch:
        """One transaction hands over to another."""
        self.pay(name)
        return Switch("pay", {"name": f"{name} again"})


class Watcher(Component):
    name = "watcher"
    template = "<p></p>"

    def topics(self) -> list[str]:
        return ["till"]


@records.register(Payment)
class Payments(records.Records):
    columns = ("name",)


class Auditor(Component):
    """Hears of payments as a list of them does: because their records have changed."""

    name = "auditor"
    template = "<p></p>"

    def topics(self) -> list[str]:
        return [topic(Payment), "till"]

    @on(EVENT)
    def look(self, changed: dict[str, list[str]], **_: object) -> list[Toast]:
        found = Payment.objects.in_bulk(changed[Payment._meta.label_lower])
        return [Toast(f"recorded {payment.name}") for payment in found.values()]
