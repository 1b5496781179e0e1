from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from liveactions import ActionRequest, Component, SharedComponent, Switch, Toast, action, broadcast, field, on
from liveactions.contrib import records
from liveactions.contrib.records.changes import EVENT, topic
from tests.crashes.till.models import Payment

FOLDER = Path(os.environ["TILL_FOLDER"])


class Till(Component):
    """What it takes is counted here, written into a ledger, and told to everybody who watches."""

    name = "till"
    template = "<p>{{ taken }}</p>"
    taken: int = 0
    owed: str = ""

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

    @action
    def ask(self, name: str) -> None:
        """Pay when the user has said yes, on whichever tab."""
        self.owed = name
        self.request.confirm(self.pay_owed, "Pay?", all_tabs=True)

    @action(atomic=True)
    def pay_owed(self, request: ActionRequest) -> Toast:
        return self.pay(self.owed)

    @action
    def ask_for_post(self, name: str) -> None:
        self.owed = name
        self.request.confirm(self.post_owed, "Post?", all_tabs=True)

    def post_owed(self, request: ActionRequest) -> Toast:
        return self.post(self.owed)

    @action(background=True, atomic=True)
    def pay_slowly(self, name: str) -> Iterator[Toast]:
        """The same by a worker, in two steps."""
        yield Toast(f"paying {name}")
        yield self.pay(name)

    @action(background=True, atomic=True)
    async def pay_when_possible(self, name: str) -> Toast:
        """It waits until it may."""
        (FOLDER / "reached").touch()
        while not (FOLDER / "go").exists():  # noqa: ASYNC110  # who makes it is another process
            await asyncio.sleep(0.01)
        await Payment.objects.acreate(name=name)
        self.taken += 1
        broadcast("till", Toast(f"paid {name}"))
        return Toast(f"thanks for {name}")

    @action(background=True, atomic=True)
    def pay_slowly_twice(self, name: str) -> Switch:
        self.pay(name)
        return Switch("pay", {"name": f"{name} again"})

    @action(background=True, atomic=True)
    def pay_slowly_and_post(self, name: str) -> Switch:
        self.pay(name)
        return Switch("post", {"name": name})


class Box(SharedComponent):
    """A till that all pages share: what it takes is seen by everybody."""

    name = "box"
    template = "<p>{% for name in taken %}{{ name }} {% endfor %}</p>"
    taken: list[str] = field(default_factory=list)

    @action(atomic=True)
    def pay(self, name: str) -> Toast:
        Payment.objects.create(name=name)
        self.taken.append(name)
        broadcast("till", Toast(f"paid {name}"))
        return Toast(f"thanks for {name}")

    @action(atomic=True)
    async def pay_later(self, name: str) -> Toast:
        await Payment.objects.acreate(name=name)
        self.taken.append(name)
        broadcast("till", Toast(f"paid {name}"))
        return Toast(f"thanks for {name}")

    @action(atomic=True)
    def pay_twice(self, name: str) -> Switch:
        self.pay(name)
        return Switch("pay", {"name": f"{name} again"})

    @action(atomic=False)
    def scribble(self, name: str) -> None:
        """A change of the state, and of nothing else."""
        self.taken.append(name)


class Bell(Component):
    """It counts how often it is rung."""

    name = "bell"
    template = "<i>{{ heard }}</i>"
    heard: int = 0

    @on("rung")
    def hear(self) -> None:
        self.heard += 1

    @on("closed")
    def tell(self) -> Toast:
        return Toast(f"{self.name} {self.heard}")


class Porter(Bell):
    """He counts too, and takes his time."""

    name = "porter"

    @on("rung")
    async def hear(self) -> None:  # type: ignore[override]
        self.heard += 1
        (FOLDER / "reached").touch()
        while not (FOLDER / "go").exists():  # noqa: ASYNC110  # who makes it is another process
            await asyncio.sleep(0.01)


class Hall(Component):
    """Two hear of one event here, one after the other."""

    name = "hall"
    template = '{% load live %}<p>{% live "bell" %}{% live "porter" %}</p>'


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
