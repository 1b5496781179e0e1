"""What a shared component hears of its topics: each event once in the whole cluster.

Who claims an event runs the listeners, and that it was heard is part of the version that came of it. Whoever waits for
a claim that nothing comes of, for its process was lost, takes it over.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from liveactions.components import Callback
from liveactions.errors import BusUnavailable, LocalError
from liveactions.results import Result, is_performed, items_of
from liveactions.runtime.gallery import Desk
from liveactions.runtime.ports import Outdated, Place, Step, Taken
from liveactions.runtime.scene import used_up
from liveactions.runtime.stepping import Crowded, Stepping
from liveactions.runtime.waiters import Waiters

if TYPE_CHECKING:
    from liveactions.components import ListenerSpec

__all__ = ["LOST", "MISSED", "Happened", "Hearing"]

logger = logging.getLogger("liveactions")

LOST = "@lost"
"""In place of an event: what has happened is not known any more."""

MISSED = "@shared.missed"
"""The event by which it is heard that a version was committed and cannot be taken: where versions are kept it was
forgotten in which order they came. What the database knows of it is to be looked at again."""

CLAIM = 5.0
"""Seconds after which somebody else hears an event whose first hearer has not been heard of."""


class Happened(NamedTuple):
    """An event that waits to be heard."""

    stream: str
    event: str
    payload: Mapping[str, Any]
    place: Place


class ListenerFailed(Exception):
    """With its reason as the cause."""


class Hearing:
    """The ears of one shared component in this process."""

    def __init__(self, stepping: Stepping, listeners: Mapping[str, Sequence[ListenerSpec]], waiters: Waiters) -> None:
        self.stepping = stepping
        self.listeners = listeners
        self.waiters = waiters
        """Woken when it was heard of what others have heard."""
        self.places: dict[str, Place] = {}
        """Up to where events have been heard, by whomever."""

    async def hear(self, news: Happened) -> None:
        """Hear an event, unless somebody else does; returns when it was heard. Raises ``BusUnavailable``."""
        stepping = self.stepping
        claim = f"{stepping.key}:{news.stream}:{news.event}:{news.place.epoch}:{news.place.offset}"
        while not self.was_heard(news) and not self.waiters.closed:
            if await stepping.states.claim(claim, CLAIM):
                await self.heard_here(news)
                return
            if news.event == LOST:
                return
            await self.waiters.until(partial(self.was_heard, news), CLAIM)

    def was_heard(self, news: Happened) -> bool:
        return is_past(self.places, news)

    async def heard_here(self, news: Happened) -> None:
        """Have the listeners run. Where one fails, they have changed nothing, and the event has been heard too."""
        stepping = self.stepping
        for listeners in (self.listeners.get(news.event, ()), ()):
            try:
                await stepping.step(partial(self.attempt, news, listeners))
                return
            except ListenerFailed as failed:
                logger.exception("%s failed on %s.", stepping.of, news.event, exc_info=failed.__cause__)
            except Crowded:
                break
        logger.error("%s could not hear %s: it fails, or too many others are changing it.", stepping.of, news.event)

    async def attempt(self, news: Happened, listeners: Sequence[ListenerSpec], desk: Desk) -> tuple[None, Taken | None]:
        if is_past(desk.heard, news):
            return None, None
        try:
            return None, await self.step(desk, news, listeners)
        except (Outdated, BusUnavailable):
            raise
        except Exception as error:  # a listener may raise anything
            raise ListenerFailed from error

    async def step(self, desk: Desk, news: Happened, listeners: Sequence[ListenerSpec]) -> Taken | None:
        desk.component.request = None
        watch = desk.node.begin()
        results: list[Result] = []
        try:
            for listener in listeners:
                if listener.kind == "async":
                    results += told(await listener.bind(desk.component, news.payload)())

            def work() -> Step | None:
                if news.event == LOST:
                    desk.tree.renderer.settle(desk.component.restored())
                else:
                    desk.heard[news.stream] = news.place
                for listener in listeners:
                    if listener.kind == "sync":
                        results.extend(told(listener.bind(desk.component, news.payload)()))
                return desk.offer(watch, results, always=news.event != LOST)

            return await self.stepping.runner.run(partial(self.stepping.settle, work, atomic=True))
        finally:
            desk.node.close(watch)


def is_past(places: Mapping[str, Place], news: Happened) -> bool:
    place = places.get(news.stream)
    if place is None or news.event == LOST:
        return False
    return place.epoch == news.place.epoch and place.offset >= news.place.offset


def told(answer: Any) -> list[Result]:
    """What a listener says to everybody."""
    results = [] if answer is None else items_of(used_up(answer), nothing)
    for result in results:
        if isinstance(result, Callback) or is_performed(result):
            raise LocalError(
                f"A listener of a shared component answered with {type(result).__name__}.",
                hint="It speaks to all pages at once; answer with what a browser performs.",
            )
    return results


def nothing(_: object) -> None:
    """A listener answers with results only."""
