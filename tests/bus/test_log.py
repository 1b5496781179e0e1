"""One suite for every log."""

import asyncio
import secrets
import threading
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest

from liveactions.bus import redis as bus_redis
from liveactions.bus.log import Noted
from liveactions.bus.memory import MemoryLog
from liveactions.bus.news import News, news_of, pack_news
from liveactions.bus.redis import RedisLog
from liveactions.errors import BusUnavailable
from liveactions.runtime.ports import Place
from liveactions.store.clients import client, close_clients
from liveactions.store.pipes import Pipe
from tests.bus.conftest import AGE, event, toast
from tests.bus.ends import brought_back, end_of, written_down
from tests.servers import free_port

A, B = "topic.a", "topic.b"


def bounded(log, length: int, age: float = AGE):
    """A log of the same kind with other bounds."""
    return MemoryLog(length, age) if isinstance(log, MemoryLog) else RedisLog(log.url, length, age, log.prefix)


async def filled(log, count: int, stream: str = A):
    return await log.append([toast(stream, str(number)) for number in range(count)])


# Appending ----------------------------------------------------------------------------------------------------


async def test_offsets_count_the_entries_of_a_stream_and_cursors_those_of_all(log):
    entries = await log.append([toast(A), toast(B), toast(A)])
    assert [entry.offset for entry in entries] == [1, 1, 2]
    first = entries[0].cursor
    assert [entry.cursor for entry in entries] == [first, first + 1, first + 2]
    assert entries[0].epoch == entries[2].epoch != entries[1].epoch


async def test_offsets_have_no_hole_and_no_double_with_many_publishers(log):
    together = await asyncio.gather(*(filled(log, 5) for _ in range(20)))
    offsets = [entry.offset for entries in together for entry in entries]
    assert sorted(offsets) == list(range(1, 101))
    assert all(sorted(entry.offset for entry in entries) == [entry.offset for entry in entries] for entries in together)


async def test_an_entry_is_read_as_it_was_appended(log):
    piece = News(A, b"\x91\x00", "moved", {"order": 7, "lines": [1, None, "ü"]}, "page-1")
    (written,) = await log.append([piece])
    (read,) = await log.read(A, Place(written.epoch, 0), 10)
    assert read == written
    assert (read.body, read.event, read.payload, read.exclude) == (b"\x91\x00", "moved", piece.payload, "page-1")


async def test_a_history_that_has_gone_back_begins_anew_once(log):
    entries = await filled(log, 3)
    seen = entries[-1].place
    now = await log.rewound(A, seen)
    assert (now.epoch != seen.epoch, now.offset) == (True, 3)
    assert await log.rewound(A, seen) == await end_of(log, A) == now
    assert await log.read(A, seen, 10) is None
    (following,) = await filled(log, 1)
    assert following.place == Place(now.epoch, 4)
    assert await log.read(A, now, 10) == [following]


async def test_the_ledger_tells_of_a_history_that_began_anew(log):
    entries = await filled(log, 3)
    rewound = await log.rewound(A, entries[-1].place)
    changes = await log.changes(entries[-1].cursor, entries[-1].mark)
    assert dict(changes.places) == {A: rewound}
    assert await log.read_since(A, entries[-1].cursor) is None
    (following,) = await filled(log, 1)
    assert following.cursor == changes.cursor + 1


async def test_what_the_log_has_is_not_lost(log):
    entries = [*await filled(log, 3), *await filled(log, 2, B)]
    assert await log.lost(list(map(noted, entries))) == []
    await log.rewound(A, entries[2].place)
    assert await log.lost(list(map(noted, entries))) == []


def noted(entry):
    return Noted(entry.stream, entry.place, entry.cursor, entry.mark)


# Reading ------------------------------------------------------------------------------------------------------


async def test_reading_returns_what_follows_a_place_up_to_a_limit(log):
    entries = await filled(log, 5)
    assert await log.read(A, entries[1].place, 2) == entries[2:4]
    assert await log.read(A, entries[4].place, 2) == []
    assert await log.read(A, Place(entries[0].epoch, 0), 10) == entries


async def test_reading_what_was_trimmed_is_none_and_never_a_part(log):
    entries = await filled(bounded(log, 3), 5)
    small = bounded(log, 3)
    if isinstance(log, MemoryLog):
        small = MemoryLog(3, AGE)
        entries = await filled(small, 5)
    assert await small.read(A, entries[0].place, 10) is None
    assert await small.read(A, entries[1].place, 10) == entries[2:]


async def test_reading_from_another_epoch_is_none(log):
    await filled(log, 3)
    assert await log.read(A, Place("other", 1), 10) is None


async def test_reading_from_a_place_that_does_not_exist_yet_is_none(log):
    (entry,) = await filled(log, 1)
    assert await log.read(A, Place(entry.epoch, 2), 10) is None


async def test_a_cursor_of_one_stream_finds_what_came_later_on_another(log):
    (before,) = await filled(log, 1)
    later = await filled(log, 2, B)
    assert await log.read_since(B, before.cursor) == later
    assert await log.read_since(A, before.cursor) == []
    assert await log.read_since("topic.silent", before.cursor) == []


async def test_reading_since_a_cursor_goes_back_as_far_as_needed(log):
    start = await log.cursor()
    entries = await filled(log, 300)
    assert await log.read_since(A, start) == entries
    assert await log.read_since(A, entries[100].cursor) == entries[101:]
    assert await log.read_since(A, entries[298].cursor) == entries[299:]


async def test_reading_since_a_cursor_whose_entries_were_trimmed_is_none(log):
    small = bounded(log, 3)
    start = await small.cursor()
    entries = await filled(small, 200)
    assert await small.read_since(A, start) is None
    assert await small.read_since(A, entries[150].cursor) is None
    assert await small.read_since(A, entries[197].cursor) == entries[198:]


@pytest.mark.parametrize("foreign", [0, -1, 1])
async def test_a_cursor_from_another_history_is_recognised(log, foreign):
    entries = await filled(log, 3)
    cursor = {0: 0, -1: entries[0].cursor - 2, 1: entries[-1].cursor + 1}[foreign]
    assert await log.read_since(A, cursor) is None
    assert await log.changes(cursor) is None


# Places, cursors and the ledger -------------------------------------------------------------------------------


async def test_the_place_of_a_stream_is_that_of_its_last_entry(log):
    entries = await filled(log, 3)
    assert await end_of(log, A) == entries[-1].place


async def test_a_stream_has_its_epoch_before_its_first_entry(log):
    place = await end_of(log, A)
    assert place.epoch and place.offset == 0
    (entry,) = await filled(log, 1)
    assert entry.place == Place(place.epoch, 1)
    assert await log.read(A, place, 10) == [entry]


async def test_the_cursor_is_the_same_for_synchronous_code(log):
    assert await asyncio.to_thread(log.cursor_now) == await log.cursor() > 0
    entries = await filled(log, 3)
    assert await asyncio.to_thread(log.cursor_now) == await log.cursor() == entries[-1].cursor


async def test_the_ledger_says_which_streams_have_moved(log):
    start = await log.cursor()
    assert (await log.changes(start))[:2] == (start, {})
    entries = await log.append([toast(A), toast(B), toast(A)])
    assert (await log.changes(start))[:2] == (entries[2].cursor, {A: entries[2].place, B: entries[1].place})
    assert (await log.changes(entries[1].cursor))[:2] == (entries[2].cursor, {A: entries[2].place})


async def test_a_ledger_that_does_not_reach_back_says_so(log, monkeypatch):
    for module in ("memory", "redis"):
        monkeypatch.setattr(f"liveactions.bus.{module}.LEDGER_LENGTH", 100)
    short = bounded(log, 1000)
    start = await short.cursor()
    entries = await filled(short, 400)
    assert await short.changes(start) is None
    assert (await short.changes(entries[-2].cursor))[:2] == (entries[-1].cursor, {A: entries[-1].place})


async def test_a_survey_says_where_given_streams_stand(log):
    entries = await filled(log, 3)
    here = await end_of(log, B)
    assert (await log.survey([A, B]))[:2] == (entries[-1].cursor, {A: entries[-1].place, B: here})


# Bounds and losses --------------------------------------------------------------------------------------------


async def test_entries_are_gone_after_their_age_but_the_count_goes_on(log):
    brief = bounded(log, 1000, 0.1)
    entries = await filled(brief, 3)
    deadline = time.monotonic() + 10
    while await brief.read(A, entries[0].place, 10) is not None:
        assert time.monotonic() < deadline, "they never grew old"
        await asyncio.sleep(0.02)
    (next_one,) = await filled(brief, 1)
    assert next_one.place == Place(entries[0].epoch, 4)
    assert await brief.read(A, entries[2].place, 10) == [next_one]


@pytest.mark.redis
async def test_a_flushed_redis_begins_new_epochs(redis_log):
    before = await filled(redis_log, 3)
    await client(redis_log.url).flushall()
    after = await filled(redis_log, 3)
    assert [entry.offset for entry in after] == [1, 2, 3]
    assert after[0].epoch != before[0].epoch
    assert await redis_log.read(A, before[0].place, 10) is None
    assert await redis_log.read_since(A, before[0].cursor) is None
    assert await redis_log.changes(before[-1].cursor) is None


@pytest.mark.redis
@pytest.mark.parametrize("lost", ["place", "log", "cursor", "ledger"])
async def test_a_redis_that_evicted_one_key_goes_on_without_repeating_a_number(redis_log, lost):
    before = await filled(redis_log, 3)
    key = {
        "cursor": redis_log.cursor_key,
        "ledger": redis_log.ledger_key,
        "place": redis_log.place_key(A),
        "log": redis_log.log_key(A),
    }
    assert await client(redis_log.url).delete(key[lost]) == 1
    (after,) = await filled(redis_log, 1)
    assert after.place not in [entry.place for entry in before]
    assert await redis_log.read(A, before[0].place, 10) is None or lost in ("cursor", "ledger")


@pytest.mark.redis
async def test_what_follows_on_a_number_without_an_entry_is_not_read_as_if_it_were_all(redis_log):
    before = await filled(redis_log, 2)
    await client(redis_log.url).hincrby(redis_log.place_key(A), "offset", 1)
    after = await filled(redis_log, 2)
    assert await redis_log.read(A, Place(before[0].epoch, 0), 10) is None
    assert await redis_log.read(A, before[0].place, 10) is None
    assert await redis_log.read(A, before[1].place, 10) is None
    assert await redis_log.read(A, after[0].place._replace(offset=3), 10) == after
    assert await redis_log.read(A, after[0].place, 10) == after[1:]
    assert await redis_log.read_since(A, before[0].cursor) is None


@pytest.mark.redis
@pytest.mark.parametrize("new", [0, 1, 2, 3, 5])
async def test_what_a_redis_has_lost_that_came_back_without_its_end_is_told_however_far_it_has_come(redis_log, new):
    kept = [*await filled(redis_log, 2), *await filled(redis_log, 1, B)]
    before = await written_down(redis_log)
    lost = [*await filled(redis_log, 2), *await filled(redis_log, 1, B)]
    await brought_back(redis_log, before)
    found = await filled(redis_log, new)
    assert await redis_log.lost(list(map(noted, [*kept, *lost, *found]))) == list(map(noted, lost))


@pytest.mark.redis
async def test_of_a_redis_that_has_nothing_any_more_everything_is_lost(redis_log):
    entries = list(map(noted, await filled(redis_log, 3)))
    await client(redis_log.url).delete(*await client(redis_log.url).keys(f"{redis_log.prefix}*"))
    assert await redis_log.lost(entries) == entries
    found = await filled(redis_log, 1)
    assert await redis_log.lost([*entries, *map(noted, found)]) == entries


@pytest.mark.redis
async def test_what_the_ledger_is_too_short_for_does_not_count_as_lost(redis_log):
    entries = await filled(redis_log, 5)
    await client(redis_log.url).xtrim(redis_log.ledger_key, maxlen=2, approximate=False)
    assert await redis_log.lost(list(map(noted, entries))) == []


@pytest.mark.redis
async def test_an_entry_whose_answer_was_lost_is_not_entered_twice(redis_log, monkeypatch):
    ask_all, failures = bus_redis.ask_all, [ConnectionResetError("the answer is lost")]

    async def ask_and_lose_the_answer(*question):
        answers = await ask_all(*question)
        if failures:
            raise failures.pop()
        return answers

    monkeypatch.setattr(bus_redis, "ask_all", ask_and_lose_the_answer)
    entries = await redis_log.append([toast(A, "one"), toast(A, "two")])
    assert [entry.offset for entry in entries] == [1, 2]
    assert await redis_log.read(A, Place(entries[0].epoch, 0), 10) == entries
    assert await redis_log.cursor() == entries[1].cursor


@pytest.mark.redis
async def test_a_redis_that_forgot_the_scripts_is_taught_again(redis_log):
    await filled(redis_log, 1)
    await client(redis_log.url).script_flush()
    assert [entry.offset for entry in await filled(redis_log, 2)] == [2, 3]
    await client(redis_log.url).script_flush()
    assert (await end_of(redis_log, A)).offset == 3


@pytest.mark.redis
async def test_a_redis_that_is_taught_between_two_pieces_enters_each_once_and_in_order(redis_url):
    there = urlsplit(redis_url)
    between = Between(there.hostname, there.port, lambda: client(redis_url).script_load(bus_redis.ENTER.text))
    async with serving(between.connected) as port:
        log = RedisLog(f"redis://127.0.0.1:{port}", 1000, AGE, prefix=secrets.token_hex(4))
        await client(redis_url).script_flush()
        entries = await log.append([toast(A, "one"), toast(A, "two"), toast(A, "three")])
        assert between.meddled
        assert [entry.offset for entry in entries] == [1, 2, 3]
        assert await log.read(A, Place(entries[0].epoch, 0), 10) == entries


@asynccontextmanager
async def serving(connected):
    """The port of a server. At its end nothing of it is left open, whatever has become of the test."""
    tasks = []

    async def served(reader, writer):
        tasks.append(asyncio.current_task())
        try:
            await connected(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        await close_clients()
        server.close()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        await server.wait_closed()


class Between:
    """Forwards to Redis. Once, before the second script of what came together, it stops and does something else."""

    SCRIPT = b"\r\n$7\r\nEVALSHA\r\n"

    def __init__(self, host, port, meddle):
        self.there = host, port
        self.meddle = meddle
        self.meddled = False

    async def connected(self, reader, writer):
        answers, commands = await asyncio.open_connection(*self.there)
        back = asyncio.create_task(self.forward(answers, writer))
        try:
            await self.pass_on(reader, commands)
        finally:
            commands.close()
            await back

    async def pass_on(self, reader, commands):
        while data := await reader.read(1 << 16):
            if data.count(self.SCRIPT) > 1 and not self.meddled:
                self.meddled, self.answered = True, asyncio.Event()
                second = data.index(self.SCRIPT, data.index(self.SCRIPT) + 1)
                start = data.rindex(b"*", 0, second)
                commands.write(data[:start])
                await self.answered.wait()
                await self.meddle()
                data = data[start:]
            commands.write(data)

    async def forward(self, answers, writer):
        while data := await answers.read(1 << 16):
            if self.meddled:
                self.answered.set()
            writer.write(data)


@pytest.mark.redis
async def test_many_pieces_are_entered_in_one_round_trip(redis_log):
    await filled(redis_log, 1)
    with patch.object(Pipe, "ask", autospec=True, side_effect=Pipe.ask) as asked:
        await filled(redis_log, 50)
    assert asked.call_count == 1


async def test_a_log_that_is_away_raises_within_a_second():
    log = RedisLog(f"redis://127.0.0.1:{free_port()}", 1000, AGE)
    for question in (
        log.append([event(A)]),
        log.read(A, Place("", 0), 1),
        log.places([A]),
        log.cursor(),
        log.changes(1),
    ):
        started = time.monotonic()
        with pytest.raises(BusUnavailable):
            await question
        assert time.monotonic() - started < 1.5
    await close_clients()


async def test_a_redis_that_accepts_but_never_answers_is_given_up_within_a_second():
    async def swallow(reader, writer):
        await reader.read()

    async with serving(swallow) as port:
        log = RedisLog(f"redis://127.0.0.1:{port}", 1000, AGE)
        started = time.monotonic()
        with pytest.raises(BusUnavailable):
            await log.append([event(A)])
        assert time.monotonic() - started < 2


def test_a_memory_log_counts_right_from_many_threads():
    log = MemoryLog(1000, AGE)
    entries = []
    threads = [threading.Thread(target=lambda: entries.extend(asyncio.run(filled(log, 50)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(entry.offset for entry in entries) == list(range(1, 401))


async def test_a_memory_log_keeps_nothing_of_streams_that_are_silent():
    log = MemoryLog(1000, 0.0)
    await filled(log, 1, A)
    await filled(log, 1, B)
    assert not log.streams[A].entries


# Once only ------------------------------------------------------------------------------------------------------


def once(stream: str = A, text: str = "once") -> News:
    return replace(toast(stream, text), once=True)


async def test_a_piece_that_is_entered_once_is_refused_to_whoever_brings_it_again(log):
    piece = once()
    (first,) = await log.append([piece])
    await filled(log, 3)
    (again,) = await log.append([news_of(A, pack_news(piece))])
    assert again == first
    assert len(await log.read(A, Place(first.epoch, 0), 10)) == 4


async def test_it_is_refused_even_when_the_log_no_longer_holds_it(log):
    log = bounded(log, length=2)
    (first,) = await log.append([piece := once()])
    await filled(log, 5)
    (again,) = await log.append([piece])
    assert (again.offset, (await end_of(log, A)).offset) == (first.offset, 6)


async def test_the_same_news_said_twice_are_two_pieces(log):
    entries = await log.append([once(), once(), toast(A), toast(A)])
    assert [entry.offset for entry in entries] == [1, 2, 3, 4]


async def test_a_log_remembers_marks_as_long_as_it_keeps_entries(log):
    log = bounded(log, length=10, age=0.05)
    (first,) = await log.append([piece := once()])
    while (await log.append([piece]))[0].offset == first.offset:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.02)
