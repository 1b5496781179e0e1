"""Which pages a process lets go that has more than its share. What real servers do is in tests/operations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from liveactions.errors import BusUnavailable
from liveactions.runtime import balancing
from liveactions.runtime.balancing import Balancing, surplus

ROUND = 0.1
OLD, YOUNG = 0.0, 100.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(balancing, "ROUND", ROUND)
    monkeypatch.setattr(balancing, "SOON", 0.0)


@dataclass(eq=False)
class Tab:
    """As much of a page as matters here."""

    attached_at: float = OLD
    connected: bool = True
    is_idle: bool = True
    keeping: object = None


@dataclass
class Tabs:
    """The pages of a process. Each that is asked to go does, and ``comes_back`` to it or not."""

    count: int = 100
    comes_back: bool = False
    joining: int = 0
    draining: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    host: object = field(default_factory=lambda: SimpleNamespace(now=lambda: YOUNG))

    def __post_init__(self) -> None:
        self.by_id = {str(number): Tab() for number in range(self.count)}

    def drop(self, page: Tab, code: str, message: str) -> None:
        self.asked.append((code, message))
        page.connected = self.comes_back


class Others:
    """What the other processes have, and what they were told."""

    def __init__(self, *counts: int) -> None:
        self.counts = counts
        self.told: list[int] = []
        self.left = False
        self.away = False

    async def counted(self, pages: int) -> Collection[int]:
        if self.away:
            raise BusUnavailable("Redis is away.")
        self.told.append(pages)
        return [pages, *self.counts]

    async def leave(self) -> None:
        self.left = True


@pytest.fixture
async def balance():
    """Lets a process go on for some rounds. It is looked again after each."""
    made: list[Balancing] = []

    async def run(pages: Tabs, others: Others, rounds: int = 3, rate: float = 10_000.0) -> None:
        made.append(Balancing(pages, others, rate))
        await until(lambda: len(others.told) >= rounds or others.left)
        await asyncio.sleep(ROUND * 0.8)

    yield run
    for each in made:
        await each.close()


async def until(condition: Callable[[], bool]) -> None:
    async def look() -> None:
        while not condition():  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(ROUND / 10)

    await asyncio.wait_for(look(), 10)


@pytest.mark.parametrize(
    ("counts", "too_many"),
    [
        ([1000], 0),
        ([1000, 1000, 1000], 0),
        ([500, 500, 0], 166),
        ([1000, 0], 500),
        ([50, 0], 25),
        ([48, 0], 0),
        ([1090, 1000, 910], 0),
        ([0, 1000], 0),
    ],
)
def test_what_a_process_has_too_many_is_what_is_over_its_share_unless_that_is_little(counts, too_many):
    assert surplus(counts[0], counts) == too_many


async def test_a_process_that_has_more_than_its_share_asks_as_many_to_come_back_over_a_new_socket(balance):
    pages, others = Tabs(300), Others(200, 200)
    await balance(pages, others)
    assert pages.asked == [("socket.aged", "Another process has fewer pages.")] * 66
    assert others.told[:3] == [300, 234, 234]


async def test_no_more_are_asked_in_a_second_than_are_to_be(balance):
    pages = Tabs(300)
    await balance(pages, Others(0, 0), rounds=2, rate=20 / ROUND)
    assert len(pages.asked) == 40


async def test_a_process_among_others_that_have_as_many_asks_nobody(balance):
    pages = Tabs(300)
    await balance(pages, Others(280, 320))
    assert pages.asked == []


@pytest.mark.parametrize(
    "kept",
    [
        {"is_idle": False},
        {"connected": False},
        {"attached_at": YOUNG},
        {"keeping": SimpleNamespace(is_to_wait=True)},
    ],
    ids=["has something to do", "is gone", "has just come", "was not heard yet"],
)
async def test_a_page_is_not_asked_that(balance, kept):
    pages = Tabs(300)
    for tab in list(pages.by_id.values())[:280]:
        vars(tab).update(kept)
    await balance(pages, Others(0, 0))
    assert len(pages.asked) <= 20


async def test_while_a_crowd_comes_nobody_is_asked(balance):
    pages = Tabs(300, joining=100)
    await balance(pages, Others(0, 0))
    assert pages.asked == []


async def test_if_they_all_come_back_to_where_they_were_they_are_asked_less_and_less(balance):
    pages, others = Tabs(100, comes_back=True), Others(0)
    await balance(pages, others, rounds=13)
    assert 2 * 50 <= len(pages.asked) <= 4 * 50, "in the first, the third, the eighth round, and so on"


async def test_who_is_asked_in_vain_says_all_the_same_how_many_pages_it_has(balance):
    others = Others(0)
    await balance(Tabs(100, comes_back=True), others, rounds=8)
    assert others.told == [100] * len(others.told)


async def test_a_process_that_ends_asks_nobody_and_is_not_counted_on(balance):
    pages, others = Tabs(300, draining=True), Others(0, 0)
    await balance(pages, others)
    assert (pages.asked, others.told, others.left) == ([], [], True)


async def test_while_nobody_knows_how_many_others_have_nobody_is_asked_and_then_it_goes_on():
    pages, others = Tabs(300), Others(0, 0)
    others.away = True
    going = Balancing(pages, others, 10_000.0)
    await asyncio.sleep(3 * ROUND)
    assert pages.asked == []
    others.away = False
    await until(lambda: len(pages.asked) >= 200)
    await going.close()
    count = len(others.told)
    await asyncio.sleep(3 * ROUND)
    assert len(others.told) == count
