"""The ``Ledger`` of a server process: Django's transactions, and the table of receipts.

That nothing is done twice rests on one unique index. Whoever commits a call inserts its receipt in the same
transaction; whoever takes over a page inserts the receipt first, empty and under a newer fence. The database refuses
the second of the two, however long a process was thought dead that wakes up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from liveactions.bus import states
from liveactions.bus.publish import collector
from liveactions.conf import conf
from liveactions.errors import BusUnavailable, CallError
from liveactions.ledger.dispatches import Row, Said, row_of, send
from liveactions.models import Dispatch, Receipt
from liveactions.runtime import moments
from liveactions.runtime.ports import AlreadyDone, Hold, Offer, Outdated, Promise

__all__ = ["DatabaseLedger"]

T = TypeVar("T")

logger = logging.getLogger("liveactions")

PATIENCE = 2
"""Seconds for which a claim waits behind a transaction that has written its receipt and not ended."""

MOMENT = 0.01
"""Seconds after which a transaction of this process, which was about to end, may be over."""


class Conflict(Exception):
    """The receipt of a call is there already, or was taken from us."""


class DatabaseLedger:
    def transact(
        self,
        database: str,
        work: Callable[[], T],
        promise: Promise | None = None,
        receipt: Callable[[T], bytes] | None = None,
        offer: Offer | None = None,
    ) -> T:
        said, done = Said(database), Done()
        token = collector.set(said)
        try:
            with transaction.atomic(using=database):
                transaction.on_commit(partial(done.at_last, said), using=database)
                done.value = work()
                said.conclude()
                if promise is not None and receipt is not None:
                    write(database, promise, receipt(done.value))
                if offer is not None:
                    said.hold(offer)
                transaction.on_commit(said.send, using=database)
                moments.reached("before_commit")
        except Conflict:
            raise AlreadyDone(answer_to(database, promise)) from None
        except Outdated:
            raise  # it was not done, and is going to be, on the version of somebody else
        except Exception:
            if not done.committed:
                said.let_go()
                refuse_what_was_done(database, promise)
                raise
            logger.exception("An atomic action was committed; something that waited for this has failed.")
        finally:
            said.open = False
            collector.reset(token)
        result: T = done.value
        return result

    def claim(self, database: str, promise: Promise) -> bytes | None:
        try:
            with transaction.atomic(using=database):
                be_patient(database)
                return claimed(database, promise)
        except (DatabaseError, Receipt.DoesNotExist) as error:
            raise CallError(f"Its receipt cannot be had: {error}", code="call.lost") from error

    def decide(self, key: str, hold: Hold) -> None:
        if not conf().redis_url:
            time.sleep(MOMENT)  # who holds it is a thread of this process, and about to be done
            return
        try:
            row = committed_by(hold)
        except DatabaseError as error:
            raise BusUnavailable(
                f"A transaction that changes {key} does not end.", hint="Wait until it has; nothing was changed here."
            ) from error
        if row is None:
            states().let_go_now(key, hold)
        else:
            send(hold.database, [row])


class Done:
    """Whether a transaction was committed, and what came of it."""

    committed = False
    value: Any = None

    def at_last(self, said: Said) -> None:
        """The first thing after the commit: what is said from now on is sent at once."""
        self.committed = True
        said.open = False
        moments.reached("after_commit")


def receipts_of(database: str, promise: Promise) -> QuerySet[Receipt]:
    rows: QuerySet[Receipt] = Receipt.objects.using(database).filter(
        page=promise.page, number=promise.number, step=promise.step
    )
    return rows


def write(database: str, promise: Promise, answer: bytes | None) -> None:
    """The receipt of a call. Raises ``Conflict``; then the transaction can only be rolled back."""
    if promise.claimed:
        if not receipts_of(database, promise).filter(fence=promise.fence, answer=None).update(answer=answer):
            raise Conflict
        return
    made_at = Now() + timedelta(seconds=promise.late) if promise.late else Now()
    try:
        Receipt.objects.using(database).create(**promise_fields(promise), answer=answer, made_at=made_at)
    except IntegrityError:
        raise Conflict from None


def claimed(database: str, promise: Promise) -> bytes | None:
    try:
        with transaction.atomic(using=database):
            write(database, promise, None)
        return None
    except Conflict:
        pass
    rows = receipts_of(database, promise)
    rows.filter(answer=None, fence__lt=promise.fence).update(fence=promise.fence)
    row = rows.get()
    if row.answer is None and row.fence != promise.fence:
        raise CallError("Another server has taken this over.", code="call.lost")
    return None if row.answer is None else bytes(row.answer)


def refuse_what_was_done(database: str, promise: Promise | None) -> None:
    """A call has failed: because it was done before, or in the commit itself? Raises ``AlreadyDone`` then."""
    try:
        answer = answer_to(database, promise)
    except DatabaseError:
        return  # what has failed says so itself
    if answer is not None:
        raise AlreadyDone(answer) from None


def answer_to(database: str, promise: Promise | None) -> bytes | None:
    """What the receipt of a call says; None if there is none, or it was only claimed."""
    if promise is None:
        return None
    answer = receipts_of(database, promise).values_list("answer", flat=True).first()
    return None if answer is None else bytes(answer)


def committed_by(hold: Hold) -> Row | None:
    """The step of a transaction, which ends meanwhile; None if it was rolled back, or the step was taken already.

    The mark is unique, so the database lets nobody write it a second time before it knows what becomes of the first.
    """
    rows = Dispatch.objects.using(hold.database)
    mark = hold.mark.hex()
    try:
        with transaction.atomic(using=hold.database):
            be_patient(hold.database)
            rows.create(stream="", news=b"", mark=mark)
            transaction.set_rollback(True, using=hold.database)
    except IntegrityError:
        row = rows.filter(mark=mark).first()
        return None if row is None else row_of(hold.database, row)
    return None


def promise_fields(promise: Promise) -> dict[str, str | int]:
    return {"page": promise.page, "number": promise.number, "step": promise.step, "fence": promise.fence}


def be_patient(database: str) -> None:
    """Whoever is frozen in the middle of a commit must not hold up the one who goes on."""
    connection = connections[database]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
