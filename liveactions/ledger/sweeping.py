"""What a process has left behind when it died, or when Redis was away, is sent by any other one.

A sweeper looks at the dispatches again and again. One that it has seen before was not sent by whoever wrote it, since
that takes no time: so no clock is asked, and nobody has to know who is alive.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from django.db import connections, transaction
from django.db.models.functions import Now

from liveactions.components import Registry, declaration, registry
from liveactions.conf import conf
from liveactions.ledger.dispatches import behind, row_of, send
from liveactions.models import Dispatch, Receipt
from liveactions.runtime.keeping import lifetime
from liveactions.runtime.steps import database_of

__all__ = ["Sweeper", "databases"]

logger = logging.getLogger("liveactions")

PAUSE = 0.75
"""Seconds between two looks …"""
LONGEST = 5.0
"""… and at most after failures, each of which doubles it."""

LOAD = 100
"""Dispatches that are sent in one go."""

ROUNDS = 80
"""Looks after which receipts that are too old are deleted: about a minute."""


def databases(components: Registry = registry) -> list[str]:
    """Those in which some declared action is committed."""
    found: set[str] = set()
    for name in components.names():
        specs = declaration(components.get(name)).actions.values()
        found.update(database_of(spec.options, spec.kind, conf()) for spec in specs)
    return sorted(found - {""})


class Sweeper:
    """Sweeps databases from the running event loop, in threads of ``run``. Between two looks there is only a timer."""

    def __init__(self, run: Callable[[Callable[[], None]], Awaitable[None]], names: Collection[str]) -> None:
        self.run = run
        self.brooms = [Broom(name) for name in names]
        self.pause = PAUSE
        self.rounds = 0
        self.loop = asyncio.get_running_loop()
        self.task: asyncio.Task[None] | None = None
        self.wait()

    def wait(self) -> None:
        if self.brooms:
            self.loop.call_later(self.pause, self.begin)

    def begin(self) -> None:
        self.task = self.loop.create_task(self.look())

    async def look(self) -> None:
        try:
            await self.run(self.sweep)
            self.pause = PAUSE
        except Exception as error:  # noqa: BLE001  # whatever it is, it is tried again
            if self.pause == PAUSE:
                logger.warning("What was committed cannot be told now. %s", error)
            self.pause = min(2 * self.pause, LONGEST)
        self.wait()

    def sweep(self) -> None:
        self.rounds += 1
        for broom in self.brooms:
            while broom.sweep():
                pass
            if self.rounds % ROUNDS == 1:
                broom.forget_the_old(max(conf().receipt_age, 2 * lifetime(conf())))


class Broom:
    """Sends what is left behind in one database, in order."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.seen: frozenset[int] = frozenset()

    def sweep(self) -> bool:
        """Send what was seen before. True if there may be more of that. Raises what sending raises."""
        found = list(Dispatch.objects.using(self.database).order_by("pk")[:LOAD])
        late = [row for row in found if row.pk in self.seen]
        self.seen = frozenset(row.pk for row in found)
        if not late:
            behind.discard(self.database)
            return False
        with self.alone():
            if self.has([row.pk for row in late]):
                send(self.database, [row_of(self.database, row) for row in late])
        return len(late) == LOAD

    def alone(self) -> AbstractContextManager[None]:
        """Where rows can be locked, one process sends them; elsewhere several may, and the log takes them once."""
        return transaction.atomic(using=self.database) if self.locks else nullcontext()

    def has(self, keys: list[int]) -> bool:
        """Whether the rows are there, all of them, and nobody else is at it."""
        if not self.locks:
            return True
        rows = Dispatch.objects.using(self.database).filter(pk__in=keys).select_for_update(skip_locked=True)
        return len(rows.values_list("pk", flat=True)) == len(keys)

    @property
    def locks(self) -> bool:
        return bool(connections[self.database].features.has_select_for_update_skip_locked)

    def forget_the_old(self, age: float) -> None:
        """Delete receipts of more than ``age`` seconds, by the clock of the database."""
        old = Receipt.objects.using(self.database).filter(made_at__lt=Now() - timedelta(seconds=age))
        old.delete()
