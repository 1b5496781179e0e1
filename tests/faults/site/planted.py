"""What is broken on purpose, to see that it is found: each plant replaces one piece of the package in its process."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

__all__ = ["PLANTS"]

EVERY = 20


def a_log_that_drops_an_entry() -> None:
    """Now and then a piece of news is acknowledged, and entered nowhere."""
    from liveactions.bus.log import Entry
    from liveactions.bus.redis import RedisLog

    append, counter = RedisLog.append, itertools.count(1)

    async def append_most(self: RedisLog, news: Sequence[Any]) -> list[Any]:
        kept = [piece for piece in news if next(counter) % EVERY]
        entries = iter(await append(self, kept) if kept else [])
        return [next(entries) if piece in kept else Entry.of(piece, "", 0, 0) for piece in news]

    RedisLog.append = append_most


def a_log_that_doubles_an_entry() -> None:
    """Now and then a piece of news is entered twice, as by a publisher who repeats without looking."""
    from liveactions.bus.redis import RedisLog

    append, counter = RedisLog.append, itertools.count(1)

    async def append_some_twice(self: RedisLog, news: Sequence[Any]) -> Any:
        entries = await append(self, news)
        if next(counter) % EVERY == 0:
            await append(self, news)
        return entries

    RedisLog.append = append_some_twice


def a_hub_that_reorders() -> None:
    """Now and then an entry is shipped before the one that it follows, under the other's number."""
    from liveactions.bus.line import Line

    ship, held, counter = Line.ship, {}, itertools.count(1)

    def ship_swapped(self: Line, entry: Any) -> None:
        if entry.stream != "news":
            ship(self, entry)
        elif before := held.pop(self, None):
            ship(self, entry._replace(offset=before.offset))
            ship(self, before._replace(offset=entry.offset))
        elif next(counter) % EVERY == 0:
            held[self] = entry
            self.place = entry.place
        else:
            ship(self, entry)

    Line.ship = ship_swapped


def a_vault_without_a_fence() -> None:
    """Whoever has held a page may go on with it, whoever holds it now; and nobody is told."""
    from liveactions.runtime.keeping import Keeping
    from liveactions.runtime.page import Page

    vault = import_module("liveactions.store.vault")
    fencing = "redis.call('HINCRBY', key, 'fence', 1)"
    assert fencing in vault.TAKE.text, "a plant that changes nothing shows nothing"
    vault.TAKE = vault.Script(vault.TAKE.text.replace(fencing, ""))
    Page.moved = lambda self, payload: None
    Keeping.lose = lambda self: None


def a_process_that_does_what_nobody_can_see() -> None:
    """One that cannot reach Redis does what is called, whether its page could tell others of it or not."""
    from liveactions.runtime.keeping import Keeping

    Keeping.when_seen = lambda self, then: then()


def a_vault_that_forgets_state() -> None:
    """What components became is not written down any more once they are there."""
    from liveactions.runtime.keeping import Keeping

    keep = Keeping.keep

    def keep_first(self: Keeping, parts: Mapping[int, bytes]) -> None:
        keep(self, {node: part for node, part in parts.items() if node not in self.sizes})

    Keeping.keep = keep_first


def a_loss_of_which_nobody_is_told() -> None:
    """News that are gone for good are passed over in silence."""
    from liveactions.runtime.following import Following

    Following.lost = lambda self, stream: None


def an_action_that_does_nothing() -> None:
    """Now and then a call is answered with success, and nothing was done."""
    from tests.faults.site.components import Till

    done, counter = Till.done, itertools.count(1)

    def done_mostly(self: Till, call: str) -> None:
        if next(counter) % EVERY:
            done(self, call)
        else:
            self.note(call)

    Till.done = done_mostly


def an_action_that_is_done_twice() -> None:
    """Now and then a call has its effect twice."""
    from tests.faults.site.components import Till

    done, counter = Till.done, itertools.count(1)

    def done_again(self: Till, call: str) -> None:
        done(self, call)
        if next(counter) % EVERY == 0:
            done(self, call)

    Till.done = done_again


def a_server_that_answers_again() -> None:
    """Now and then a call is answered a second time."""
    from liveactions.runtime.page import Page

    answer, counter = Page.answer, itertools.count(1)

    def answer_again(self: Page, number: int, *told: Any) -> None:
        answer(self, number, *told)
        if next(counter) % EVERY == 0:
            answer(self, number, [])

    Page.answer = answer_again


PLANTS: Mapping[str, Callable[[], None]] = {
    plant.__name__: plant
    for plant in (
        a_log_that_drops_an_entry,
        a_log_that_doubles_an_entry,
        a_hub_that_reorders,
        a_vault_without_a_fence,
        a_process_that_does_what_nobody_can_see,
        a_vault_that_forgets_state,
        a_loss_of_which_nobody_is_told,
        an_action_that_does_nothing,
        an_action_that_is_done_twice,
        a_server_that_answers_again,
    )
}
"""By name, what breaks something in the process that it is called in."""
