"""What only its publisher knows to be in the log."""

import asyncio

import pytest

from liveactions.bus import witness as witnesses
from liveactions.bus.courier import Courier
from liveactions.errors import BusUnavailable
from tests.bus.conftest import Counting, Page, Silent, frame_of, toast
from tests.bus.ends import brought_back, end_of, written_down

OFTEN = 0.05


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(witnesses, "ROUND", OFTEN)


async def rounds(number: int) -> None:
    await asyncio.sleep(OFTEN * (number + 0.5))


@pytest.mark.redis
@pytest.mark.parametrize("new", [0, 1, 2, 4])
async def test_news_that_redis_lost_before_anybody_heard_of_them_are_told_as_lost(redis_world, new):
    world, page, other = redis_world, Page(), Page()
    hub = world.hub(check_every=OFTEN)
    await hub.follow(world.stream, page)
    await hub.follow("another", other)
    (first, _) = await world.courier().post([toast(world.stream, "kept"), toast("another", "kept")])
    await page.until_frames(1)
    await other.until_frames(1)
    before = await written_down(world.log)
    publisher = world.courier(Silent(world.layer()))
    await publisher.post([toast(world.stream, "lost")])
    await brought_back(world.log, before)
    await world.log.append([toast(world.stream, f"new {number}") for number in range(new)])
    await page.until(lambda: page.losses == [world.stream])
    (after,) = await world.courier().post([toast(world.stream, "after")])
    await page.until(lambda: frame_of(after) in page.frames)
    assert after.epoch != first.epoch
    assert (page.losses, other.losses) == ([world.stream], [])


async def test_what_stays_in_the_log_is_asked_after_once_for_all_that_came_in_a_round(world):
    log = Counting(world.log)
    courier = Courier(log, Silent(world.layer()), lambda entry: None)
    entries = await asyncio.gather(*(courier.post([toast(world.stream, str(number))]) for number in range(300)))
    await rounds(4)
    assert log.asked.count("lost") == 1
    assert "rewound" not in log.asked
    assert await end_of(world.log, world.stream) == entries[-1][0].place
    await rounds(4)
    assert log.asked.count("lost") == 1, "where nothing is entered, nothing is asked"


@pytest.mark.redis
async def test_what_was_entered_just_before_redis_went_away_is_asked_after_when_it_is_back(redis_world, monkeypatch):
    world, page = redis_world, Page()
    await world.hub(check_every=OFTEN).follow(world.stream, page)
    before, lost, asked = await written_down(world.log), world.log.lost, asyncio.Event()

    async def away(entered):
        asked.set()
        raise BusUnavailable("Redis is away.")

    monkeypatch.setattr(world.log, "lost", away)
    await world.courier(Silent(world.layer())).post([toast(world.stream, "lost")])
    await asyncio.wait_for(asked.wait(), 5)
    await brought_back(world.log, before)
    await rounds(2)
    monkeypatch.setattr(world.log, "lost", lost)
    await page.until(lambda: page.losses == [world.stream])


async def test_a_publisher_that_ends_asks_no_more(world):
    log = Counting(world.log)
    courier = Courier(log, Silent(world.layer()), lambda entry: None)
    await courier.post([toast(world.stream)])
    await courier.close(1.0)
    await rounds(4)
    assert "lost" not in log.asked
