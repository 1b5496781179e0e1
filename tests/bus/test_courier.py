"""The publisher's queue."""

import asyncio

import pytest

from liveactions.bus import courier as couriers
from liveactions.bus.courier import Courier
from liveactions.bus.memory import MemoryLog
from liveactions.errors import BusUnavailable
from tests.bus.conftest import AGE, toast


class Stuck(MemoryLog):
    """A log that does not answer until it is let go."""

    def __init__(self):
        super().__init__(1000, AGE)
        self.let_go = asyncio.Event()
        self.loads: list[int] = []

    async def append(self, news):
        await self.let_go.wait()
        self.loads.append(len(news))
        return await super().append(news)


class Quiet:
    async def group_send(self, group, message):
        pass


@pytest.fixture
async def log():
    return Stuck()


@pytest.fixture
async def courier(log):
    return Courier(log, Quiet(), lambda entry: None)


async def test_what_waits_is_taken_to_the_log_in_loads_and_in_order(log, courier):
    receipts = [courier.post([toast("a", str(number))]) for number in range(250)]
    log.let_go.set()
    entries = [entry for entries in await asyncio.gather(*receipts) for entry in entries]
    assert [entry.offset for entry in entries] == list(range(1, 251))
    assert sum(log.loads) == 250 and len(log.loads) <= 4


async def test_everyone_gets_the_entries_of_his_own_news(log, courier):
    receipts = [courier.post([toast("a"), toast("b")]), courier.post([toast("b")])]
    log.let_go.set()
    told = await asyncio.gather(*receipts)
    assert [[(entry.stream, entry.offset) for entry in entries] for entries in told] == [
        [("a", 1), ("b", 1)],
        [("b", 2)],
    ]


async def test_too_much_news_is_refused_instead_of_kept(log, courier, monkeypatch):
    monkeypatch.setattr(couriers, "MAX_WAITING", 5)
    receipts = [courier.post([toast("a")]) for _ in range(5)]
    with pytest.raises(BusUnavailable, match="5 pieces of news are waiting"):
        courier.post([toast("a")])
    log.let_go.set()
    assert len(await asyncio.gather(*receipts)) == 5


async def test_a_failure_is_told_to_those_concerned_and_the_next_load_goes(log, courier, monkeypatch):
    append = log.append

    async def fail(news):
        monkeypatch.setattr(log, "append", append)
        raise BusUnavailable("Redis is away.")

    monkeypatch.setattr(log, "append", fail)
    log.let_go.set()
    failed = courier.post([toast("a")])
    with pytest.raises(BusUnavailable, match="Redis is away"):
        await failed
    assert [entry.offset for entry in await courier.post([toast("a")])] == [1]


async def test_who_comes_while_the_log_does_not_answer_waits_no_longer_than_whoever_came_first(
    log, courier, monkeypatch
):
    begun, asked = asyncio.Event(), []

    async def fail(news):
        asked.append(len(news))
        begun.set()
        await log.let_go.wait()
        raise BusUnavailable("Redis is away.")

    monkeypatch.setattr(log, "append", fail)
    receipts = [courier.post([toast("a")])]
    await begun.wait()
    receipts += [courier.post([toast("a")]) for _ in range(2)]
    log.let_go.set()
    told = await asyncio.gather(*receipts, return_exceptions=True)
    assert [type(each) for each in told] == [BusUnavailable] * 3 and asked == [1]


async def test_a_doorbell_that_fails_is_no_failure_of_the_news(log, caplog):
    class Broken:
        async def group_send(self, group, message):
            raise ConnectionError("no layer")

    log.let_go.set()
    courier = Courier(log, Broken(), lambda entry: None)
    assert len(await courier.post([toast("a")])) == 1
    await courier.close(5)
    assert "a second later" in caplog.text


async def test_a_doorbell_that_hangs_holds_up_no_news(log, monkeypatch):
    monkeypatch.setattr(couriers, "TIMEOUT", 1000.0)
    rung = asyncio.Event()

    class Hanging:
        async def group_send(self, group, message):
            await rung.wait()

    log.let_go.set()
    courier = Courier(log, Hanging(), lambda entry: None)
    for offset in (1, 2):
        (entry,) = await asyncio.wait_for(courier.post([toast("a")]), 10)
        assert entry.offset == offset
    rung.set()
    await courier.close(5)


async def test_a_doorbell_that_hangs_is_given_up_and_the_next_one_is_rung(log, monkeypatch, caplog):
    monkeypatch.setattr(couriers, "TIMEOUT", 0.05)
    rung = asyncio.Event()

    class HangingOnce:
        async def group_send(self, group, message):
            if message["entry"][2] == 1:
                await asyncio.Event().wait()
            rung.set()

    log.let_go.set()
    courier = Courier(log, HangingOnce(), lambda entry: None)
    await courier.post([toast("a"), toast("a")])
    await asyncio.wait_for(rung.wait(), 10)
    assert "Nobody was rung for news of a (The channel layer did not answer" in caplog.text
    await courier.close(5)


async def test_closing_ends_a_doorbell_that_hangs(log):
    class Hanging:
        async def group_send(self, group, message):
            await asyncio.Event().wait()

    log.let_go.set()
    courier = Courier(log, Hanging(), lambda entry: None)
    await courier.post([toast("a"), toast("a")])
    await courier.close(0.01)
    await asyncio.wait([courier.ringing], timeout=10)
    assert courier.ringing.cancelled()


async def test_closing_lets_everything_leave_first(log, courier):
    receipt = courier.post([toast("a")])
    asyncio.get_running_loop().call_later(0.01, log.let_go.set)
    await courier.close(5)
    assert len(receipt.result()) == 1


async def test_closing_does_not_wait_for_ever(log, courier):
    first = courier.post([toast("a")])
    await asyncio.sleep(0)
    second = courier.post([toast("a")])
    await courier.close(0.01)
    with pytest.raises(BusUnavailable, match="ended before"):
        await second
    with pytest.raises(BusUnavailable, match="ended before"):
        await first
