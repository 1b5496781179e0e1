"""Versions of shared components that transactions make: the database decides, and the log of versions follows.

A transaction writes its step down, and has the component held where versions are kept (``States``): nobody else makes
the next one meanwhile. Then it is committed, or not. Who finds a component held waits for the end of the transaction,
which the database tells, and has the step taken, or let go. A step that was committed is a row until it is known to be
taken; whoever finds the row may see to that, for however often it is brought, it is taken once.
"""

from __future__ import annotations

import logging

from liveactions.bus import states
from liveactions.bus.news import News
from liveactions.bus.process import post_and_wait
from liveactions.components import STREAM
from liveactions.models import Dispatch
from liveactions.runtime.hearing import MISSED
from liveactions.runtime.ports import Hold, Offer, Step
from liveactions.wire import load, pack

__all__ = ["offered_before", "take", "write_step"]

logger = logging.getLogger("liveactions")

PATIENCE = 1.0
"""Seconds in which those who look are told that a version was missed."""


def write_step(database: str, step: Step, hold: Hold) -> int:
    """Write a step down in the transaction that makes it: the key of its row."""
    data = pack([step.since, step.version, step.data, step.body, dict(step.payload)])
    row = Dispatch.objects.using(database).create(stream=STREAM + step.key, news=data, mark=hold.mark.hex())
    return int(row.pk)


def offered_before(database: str, row: Dispatch) -> Offer:
    """What was written down, to be taken by somebody else."""
    since, version, data, body, payload = load(bytes(row.news))
    hold = Hold(database, bytes.fromhex(row.mark or ""))
    offer = Offer(lambda: None)
    offer.step = Step(row.stream.removeprefix(STREAM), since, version, data, body, payload, hold)
    return offer


def take(offer: Offer) -> None:
    """Have a step taken that was committed. Raises ``BusUnavailable``.

    It cannot be if the versions were lost meanwhile, and others were made. Then nothing is known of the state that it
    made; those who look at the component are told, and have it look at its data again.
    """
    assert offer.step is not None
    taken = states().take_now(offer.step)
    if taken.entry is not None:
        offer.taken = taken
        states().announce(taken.entry)
        return
    key, version = offer.step.key, offer.step.version
    logger.error("Version %s of %s was committed, but what it was made of is not kept any more.", version, key)
    post_and_wait([News(STREAM + key, event=MISSED)], PATIENCE)
