"""The pages of a process are written together, and a vault that fails holds them up for a moment only."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

import pytest

from liveactions.consumers import process
from liveactions.errors import BusUnavailable
from liveactions.runtime import Page, Surroundings
from liveactions.runtime import keeper as rooms
from liveactions.runtime.keeper import Keeper
from liveactions.runtime.keeping import Keeping
from liveactions.runtime.ports import Lease, Outcome, Taking, Writing
from liveactions.store import MemoryVault
from liveactions.threads import runner
from tests.consumers.moves import until

Then = Callable[["list[Outcome] | BusUnavailable"], None]


class SlowVault(MemoryVault):
    """Answers when it is told to, or not at all while it is away."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []
        """The pages of every writing."""
        self.held: list[tuple[Sequence[Writing], Then]] = []
        self.holds = self.away = False

    def write(self, writings: Sequence[Writing], then: Then) -> None:
        self.asked.append([writing.page for writing in writings])
        if self.away:
            raise BusUnavailable("Redis is away.")
        if self.holds:
            self.held.append((writings, then))
        else:
            super().write(writings, then)

    def answer(self) -> None:
        super().write(*self.held.pop(0))

    def fail(self) -> None:
        _, then = self.held.pop(0)
        then(BusUnavailable("Redis has gone."))


@pytest.fixture
def vault() -> SlowVault:
    return SlowVault()


@pytest.fixture
def keeper(vault: SlowVault) -> Keeper:
    return Keeper(vault, time.monotonic)


def kept(keeper: Keeper, name: str) -> Page:
    page = Page(process.host(runner()), Surroundings(), name)
    page.keep(keeper)
    return page


def stored(page: Page) -> asyncio.Task[bool]:
    assert page.keeping is not None
    return asyncio.ensure_future(page.keeping.stored())


async def ticks(times: int = 5) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def test_what_is_new_while_a_writing_is_under_way_goes_out_together(vault, keeper):
    vault.holds = True
    waiting = [stored(kept(keeper, "one"))]
    await ticks()
    waiting += [stored(kept(keeper, name)) for name in ("two", "three")]
    await ticks()
    assert vault.asked == [["one"]]
    vault.answer()
    assert vault.asked == [["one"], ["two", "three"]]
    vault.answer()
    assert await asyncio.gather(*waiting) == [True, True, True]


async def test_a_writing_is_not_larger_than_a_batch(vault, keeper, monkeypatch):
    monkeypatch.setattr(rooms, "BATCH", 2)
    await asyncio.gather(*(stored(kept(keeper, name)) for name in "abcde"))
    assert vault.asked == [["a", "b"], ["c", "d"], ["e"]]


async def test_a_vault_that_fails_for_a_moment_is_waited_for(vault, keeper, monkeypatch):
    monkeypatch.setattr(rooms, "AGAIN", 0.0)
    vault.away = True
    page = kept(keeper, "one")
    waiting = stored(page)
    await ticks()
    assert not waiting.done() and keeper.unsettled() == rooms.SETTLING
    vault.away = False
    assert await waiting
    assert "one" in vault.pages and not keeper.away
    assert 0 < keeper.unsettled() <= rooms.SETTLING


async def test_a_vault_that_stays_away_holds_nobody_up_and_is_told_of_once(vault, keeper, monkeypatch, caplog):
    monkeypatch.setattr(rooms, "GRACE", 0.0)
    monkeypatch.setattr(rooms, "PAUSE", 0.0)
    vault.away = True
    one, two = kept(keeper, "one"), kept(keeper, "two")
    assert await stored(one) and await stored(two)
    await ticks(20)
    assert len(vault.asked) > 3
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert vault.pages == {}
    vault.away = False
    await keeper.idle()
    assert set(vault.pages) == {"one", "two"}


async def test_who_waits_behind_a_writing_that_is_given_up_goes_on(vault, keeper, monkeypatch):
    monkeypatch.setattr(rooms, "GRACE", 0.0)
    vault.holds = True
    one = stored(kept(keeper, "one"))
    await ticks()
    two = stored(kept(keeper, "two"))
    await ticks()
    vault.fail()
    assert await asyncio.gather(one, two) == [True, True]
    assert vault.asked == [["one"]]


async def test_a_page_of_which_something_cannot_be_said_is_kept_no_longer_and_the_others_are(
    vault, keeper, monkeypatch
):
    broken, other = kept(keeper, "broken"), kept(keeper, "other")

    def calls(keeping: Keeping, first: int) -> bytes:
        if keeping is broken.keeping:
            raise TypeError("Of this nothing can be said.")
        return b""

    assert broken.keeping is not None
    monkeypatch.setattr(Keeping, "calls", calls)
    await asyncio.gather(stored(broken), stored(other))
    await keeper.idle()
    assert "other" in vault.pages and not broken.keeping.going


async def test_what_is_halfway_is_not_written_before_it_has_come_through(vault, keeper):
    page = kept(keeper, "one")
    assert page.keeping is not None
    page.keeping.halfway = True
    waiting = stored(page)
    await ticks()
    assert vault.asked == [] and not waiting.done()
    page.keeping.come_through()
    assert await waiting and vault.asked == [["one"]]


async def taken_late(vault: SlowVault, page: Page) -> None:
    """The tab has seen what the vault was not given, and then somebody takes the page who knew nothing of it."""
    page.own.keep(b"frame")
    page.own.ack(1)
    fields = vault.pages[page.page_id].fields
    (lease,) = await vault.take([Taking(page.page_id, fields["bound"], fields["token"], b"fresh" * 6, 0, 60.0)])
    assert isinstance(lease, Lease)


async def test_who_waits_behind_a_writing_that_is_refused_goes_on_when_the_page_is_taken_back(vault, keeper):
    page = kept(keeper, "one")
    await stored(page)
    await taken_late(vault, page)
    assert await stored(page)
    assert vault.pages["one"].fence == page.keeping.fence == 3
    assert vault.pages["one"].told == 1


async def test_what_comes_of_a_writing_from_before_a_page_was_taken_back_is_passed_over(vault, keeper):
    page = kept(keeper, "one")
    await stored(page)
    await taken_late(vault, page)
    vault.holds = True
    waiting = stored(page)
    await ticks()
    page.moved(2)
    await until(lambda: page.keeping.fence == 3)
    vault.holds = False
    vault.answer()
    assert await waiting
    assert page.keeping.fence == 3 and vault.pages["one"].told == 1


async def test_nothing_is_written_of_a_page_while_it_is_found_out_who_holds_it(vault, keeper, monkeypatch):
    page = kept(keeper, "one")
    await stored(page)
    await taken_late(vault, page)
    take_back, known = vault.take_back, asyncio.Event()

    async def slow(*args, **kwargs):
        await known.wait()
        return await take_back(*args, **kwargs)

    monkeypatch.setattr(vault, "take_back", slow)
    page.moved(2)
    asked = list(vault.asked)
    waiting = stored(page)
    await ticks()
    assert vault.asked == asked and not waiting.done()
    known.set()
    assert await waiting and page.keeping.fence == 3
