"""What others are told of an atomic action: rows in its transaction, sent after the commit and deleted then.

A row that is there is not known to be in the log. Whoever finds it may send it: the log knows it by its mark, and takes
it once.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction

from liveactions.bus import states
from liveactions.bus.news import News, news_of, pack_news
from liveactions.bus.process import post_and_wait
from liveactions.bus.publish import send_committed
from liveactions.conf import conf
from liveactions.ledger.versions import offered_before, take, write_step
from liveactions.models import Dispatch
from liveactions.runtime import moments
from liveactions.runtime.ports import Hold, Offer, Outdated, Step
from liveactions.threads import on_event_loop

__all__ = ["PATIENCE", "Row", "Said", "behind", "row_of", "send"]

logger = logging.getLogger("liveactions")

PATIENCE = 1.0
"""Seconds for which an action waits until its news are in the log. After that somebody else sends them."""

MARK_LENGTH = 9
"""Bytes by which a step of a shared component is known, as any piece of news."""

behind: set[str] = set()
"""The databases in which this process has left rows that it could not send; what it says next waits behind them."""


class Row(NamedTuple):
    pk: int | None
    """None if it is not written down, because nobody else could send it."""
    told: News | Offer


def row_of(database: str, row: Dispatch) -> Row:
    """What was written down by somebody else."""
    told = news_of(row.stream, bytes(row.news)) if row.mark is None else offered_before(database, row)
    return Row(row.pk, told)


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
        self.held: Step | None = None
        """The step for which a shared component is held, until this is committed or not."""

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

    # Versions of shared components ----------------------------------------------------------------------------

    def hold(self, offer: Offer) -> None:
        """Have a shared component held for what is about to be committed: the last that is done before.

        The step is written down first: who finds it held can wait for the end of this transaction. Raises ``Outdated``,
        ``BusUnavailable``.
        """
        step = offer.make()
        if step is None:
            return
        hold = Hold(self.database, secrets.token_bytes(MARK_LENGTH))
        pk = write_step(self.database, step, hold) if self.kept else None
        offer.step = step._replace(hold=hold)
        if (refused := states().hold_now(offer.step)) is not None:
            raise Outdated(refused.kept, refused.hold)
        self.held = offer.step
        transaction.on_commit(partial(self.rows.append, Row(pk, offer)), using=self.database)

    def let_go(self) -> None:
        """It was not committed. Where there are other processes, the next one finds out by the database."""
        held = self.held
        if held is not None and held.hold is not None and not self.kept:
            states().let_go_now(held.key, held.hold)

    # After the commit -----------------------------------------------------------------------------------------

    def send(self) -> None:
        """What cannot be sent now is sent later, by whoever can."""
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
    for kind, group in groupby([row.told for row in rows], key=type):
        TELL[kind](list(group))
    moments.reached("after_publish")
    if keys := [row.pk for row in rows if row.pk is not None]:
        Dispatch.objects.using(database).filter(pk__in=keys).delete()


def publish(news: Sequence[News]) -> None:
    post_and_wait(news, PATIENCE)


def take_all(offers: Sequence[Offer]) -> None:
    for offer in offers:
        take(offer)


TELL: dict[type, Callable[[Sequence[Any]], None]] = {News: publish, Offer: take_all}
