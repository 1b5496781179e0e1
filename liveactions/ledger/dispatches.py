"""What others are told of an atomic action: rows in its transaction, sent after the commit and deleted then.

A row that is there is not known to be in the log. Whoever finds it may send it: the log knows it by its mark, and takes
it once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from django.db import transaction

from liveactions.bus.news import News, pack_news
from liveactions.bus.process import post_and_wait
from liveactions.bus.publish import send_committed
from liveactions.conf import conf
from liveactions.models import Dispatch
from liveactions.runtime import moments
from liveactions.threads import on_event_loop

__all__ = ["PATIENCE", "Row", "Said", "behind", "send"]

logger = logging.getLogger("liveactions")

PATIENCE = 1.0
"""Seconds for which an action waits until its news are in the log. After that somebody else sends them."""

behind: set[str] = set()
"""The databases in which this process has left rows that it could not send; what it says next waits behind them."""


class Row(NamedTuple):
    pk: int
    news: News


class Said:
    """What is said in one transaction: the ``Collector`` of ``broadcast()``. Safe in threads."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.kept = bool(conf().redis_url)
        """Whether others could send it; without Redis, the log goes with this process and nobody is told of it."""
        self.thread = threading.get_ident()
        self.open = True
        self.waiting: list[News] = []
        """What was said where the transaction cannot be reached: on an event loop, or in another thread."""
        self.last: list[Callable[[], None]] = []
        """What wants to be called when the work is done."""
        self.rows: list[Row] = []
        """What was committed; what was said in a savepoint that was rolled back is not among it."""

    def add(self, news: Sequence[News]) -> bool:
        if not self.open:
            return False
        self.waiting += news
        if threading.get_ident() == self.thread and not on_event_loop():
            self.enter()
        return True

    def call_last(self, function: Callable[[], None], database: str) -> bool:
        if not self.open or database != self.database:
            return False
        self.last.append(function)
        return True

    def conclude(self) -> None:
        """The work is done: what was gathered is said now. To be called in the thread of the transaction."""
        while self.last:
            self.last.pop(0)()
        self.enter()

    def enter(self) -> None:
        """Write down what waits. To be called in the thread of the transaction."""
        news, self.waiting = self.waiting, []
        if not news:
            return
        if not self.kept:
            transaction.on_commit(partial(send_committed, news), using=self.database)
            return
        manager = Dispatch.objects.using(self.database)
        rows = [
            Row(manager.create(stream=piece.stream, news=pack_news(piece)).pk, replace(piece, once=True))
            for piece in news
        ]
        transaction.on_commit(partial(self.rows.extend, rows), using=self.database)

    def send(self) -> None:
        """After the commit. What cannot be sent now is sent later, by whoever can."""
        rows, self.rows = self.rows, []
        if not rows or self.database in behind:
            return
        try:
            send(self.database, rows)
        except Exception as error:  # noqa: BLE001  # the action is done, whatever this is
            behind.add(self.database)
            logger.warning("What was committed is told later. %s", error)


def send(database: str, rows: Sequence[Row]) -> None:
    """See that rows are in the log, in their order, and delete them. Raises ``BusUnavailable``, ``DatabaseError``."""
    moments.reached("before_publish")
    post_and_wait([row.news for row in rows], PATIENCE)
    moments.reached("after_publish")
    Dispatch.objects.using(database).filter(pk__in=[row.pk for row in rows]).delete()
