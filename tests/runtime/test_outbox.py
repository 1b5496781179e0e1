"""The one way out of a page session."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from liveactions.runtime.outbox import QUESTION, Outbox
from liveactions.runtime.ports import Place
from liveactions.wire import encode
from liveactions.wire.frames import Ping
from tests.runtime.doubles import Paper, SlowSocket


async def test_a_frame_is_sent_at_once_without_a_task():
    outbox, paper = Outbox(100), Paper()
    outbox.attach(paper)
    before = asyncio.all_tasks()
    outbox.push(b"a")
    assert paper.sent == [b"a"]
    assert asyncio.all_tasks() == before


async def test_frames_wait_in_order_for_a_slow_socket():
    outbox, slow = Outbox(100), SlowSocket()
    outbox.attach(slow)
    for frame in (b"a", b"b", b"c"):
        outbox.push(frame)
    assert slow.sent == []
    for _ in range(3):
        slow.let.release()
    await outbox.flushed()
    assert slow.sent == [b"a", b"b", b"c"]


async def test_a_page_that_is_too_slow_is_noticed_and_gets_no_more():
    outbox, slow = Outbox(10), SlowSocket()
    outbox.attach(slow)
    outbox.push(b"in the socket")
    outbox.push(b"there is room for one, however large")
    outbox.push(b"x" * 10)
    assert not outbox.overflowed
    outbox.push(b"x")
    assert outbox.overflowed
    size = outbox.size
    outbox.push(b"more")
    assert outbox.size == size, "what comes after is not kept"


async def test_a_single_large_frame_is_not_slowness():
    outbox, paper = Outbox(10), Paper()
    outbox.attach(paper)
    outbox.push(b"x" * 1000)
    assert not outbox.overflowed
    assert paper.sent == [b"x" * 1000]


async def test_without_a_socket_frames_are_dropped():
    outbox, paper = Outbox(10), Paper()
    outbox.push(b"x" * 1000)
    outbox.attach(paper)
    outbox.push(b"b")
    assert paper.sent == [b"b"]


async def test_a_socket_that_hangs_does_not_hold_up_the_next_one():
    outbox, hung, paper = Outbox(100), SlowSocket(), Paper()
    outbox.attach(hung)
    outbox.push(b"a")
    outbox.push(b"b")
    outbox.attach(paper)
    outbox.push(b"c")
    assert paper.sent == [b"c"]
    hung.let.release()
    hung.let.release()
    await asyncio.sleep(0)
    outbox.push(b"d")
    assert paper.sent == [b"c", b"d"]
    assert b"b" not in hung.sent + paper.sent


async def test_a_socket_that_breaks_late_does_not_take_the_next_one_with_it():
    breaking = asyncio.Event()

    class Breaking(Paper):
        async def send(self, data: bytes) -> None:
            await breaking.wait()
            raise ConnectionResetError

    outbox, paper = Outbox(100), Paper()
    outbox.attach(Breaking())
    outbox.push(b"a")
    late = outbox.task
    outbox.attach(paper)
    breaking.set()
    await asyncio.wait({late})
    outbox.push(b"b")
    assert paper.sent == [b"b"]


async def test_after_a_failed_send_there_is_no_socket():
    class Broken(Paper):
        async def send(self, data: bytes) -> None:
            raise ConnectionResetError

    outbox = Outbox(100)
    outbox.attach(Broken())
    outbox.push(b"a")
    assert outbox.transport is None


async def test_what_is_held_goes_out_when_it_is_released_and_what_came_after_it_stays_behind_it():
    outbox, paper = Outbox(100), Paper()
    outbox.attach(paper)
    outbox.push(b"a")
    outbox.push(b"b", hold=True)
    first = outbox.last
    outbox.push(b"c")
    outbox.push(b"d", hold=True)
    outbox.push(b"e")
    assert paper.sent == [b"a"]
    outbox.release(first)
    assert paper.sent == [b"a", b"b", b"c"]
    outbox.release(outbox.last)
    outbox.push(b"f")
    assert paper.sent == [b"a", b"b", b"c", b"d", b"e", b"f"]


async def test_what_is_held_is_not_for_the_next_socket_nor_for_one_that_is_closed():
    outbox, first, second = Outbox(100), Paper(), Paper()
    outbox.attach(first)
    outbox.push(b"a", hold=True)
    before = outbox.last
    outbox.attach(second)
    outbox.push(b"b", hold=True)
    outbox.release(before)
    assert (first.sent, second.sent) == ([], [])
    outbox.close(4001, b"bye")
    assert (second.sent, second.closed) == ([b"bye"], [4001])


async def test_a_page_for_which_too_much_is_held_is_too_slow_but_not_for_one_large_frame():
    outbox = Outbox(10)
    outbox.attach(Paper())
    outbox.push(b"x" * 1000, hold=True)
    outbox.push(b"x" * 10)
    assert not outbox.overflowed, "neither for that, nor for a little that comes behind it"
    outbox.push(b"x")
    assert outbox.overflowed


async def test_closing_does_not_wait_and_does_not_raise():
    class Stubborn(Paper):
        async def close(self, code: int) -> None:
            await super().close(code)
            raise RuntimeError("closed already")

    outbox, stubborn = Outbox(100), Stubborn()
    outbox.attach(stubborn)
    outbox.close(4001, b"bye")
    assert (stubborn.sent, stubborn.closed) == ([b"bye"], [4001])
    assert outbox.transport is None
    outbox.close(4001, b"bye")
    assert stubborn.closed == [4001]


@given(st.lists(st.one_of(st.binary(min_size=1, max_size=5), st.none()), max_size=40), st.integers(1, 30))
def test_a_socket_gets_frames_in_order_without_a_hole_however_slow_it_is(steps, limit):
    """``None`` lets the socket take one frame."""

    async def play() -> None:
        outbox, slow = Outbox(limit), SlowSocket()
        outbox.attach(slow)
        pushed: list[bytes] = []
        for step in steps:
            if step is None:
                slow.let.release()
                for _ in range(3):
                    await asyncio.sleep(0)
            else:
                accepted = not outbox.overflowed
                outbox.push(step)
                pushed += [step] if accepted else []
            assert slow.sent == pushed[: len(slow.sent)]
            first = len(outbox.frames[0][0]) if outbox.frames else 0
            assert outbox.size - first <= (limit + 5 if outbox.overflowed else limit)

    asyncio.run(play())


def bytes_of(paper: Paper) -> int:
    return sum(len(frame) for frame in paper.sent if frame != QUESTION)


async def test_no_more_than_a_window_is_under_way_unread():
    outbox, paper = Outbox(1000, 40), Paper()
    outbox.attach(paper)
    for _ in range(30):
        outbox.push(b"x" * 4)
    assert bytes_of(paper) == 40
    assert outbox.paused and outbox.size == 80
    while outbox.asked:
        outbox.answered()
    assert bytes_of(paper) == 120
    assert not outbox.paused and outbox.size == 0


async def test_a_page_that_reads_is_asked_early_enough_never_to_be_waited_for():
    outbox, paper = Outbox(1000, 40), Paper()
    outbox.attach(paper)
    for _ in range(100):
        outbox.push(b"x" * 4)
        if paper.sent[-1] == QUESTION:
            outbox.answered()
        assert not outbox.paused and outbox.size == 0
    assert paper.sent.count(QUESTION) == 100 * 4 // 12


async def test_a_ping_that_was_due_anyway_counts_as_the_question():
    outbox, paper = Outbox(1000, 40), Paper()
    outbox.attach(paper)
    outbox.push(b"x" * 8)
    outbox.push(encode(Ping(7)))
    outbox.answered()
    assert outbox.read == outbox.written
    outbox.answered()  # unasked: nothing more can have been read
    assert outbox.read == outbox.written


async def test_a_frame_larger_than_the_window_goes_out():
    outbox, paper = Outbox(1000, 40), Paper()
    outbox.attach(paper)
    outbox.push(b"x" * 100)
    outbox.push(b"y")
    assert paper.sent == [b"x" * 100, QUESTION]
    outbox.answered()
    assert paper.sent[-1] == b"y"


async def test_what_can_be_had_again_is_left_out_when_too_much_waits_and_the_rest_stays():
    left_out = []
    outbox, paper = Outbox(16, 8, shed=left_out.append), Paper()
    outbox.attach(paper)
    outbox.push(b"x" * 8)
    for n in range(1, 6):
        outbox.push(b"t" * 4, source=("team.7", Place("e", n)))
        outbox.push(b"own%d" % n)
    assert left_out == [{"team.7": Place("e", 1)}, {"team.7": Place("e", 4)}]
    assert not outbox.overflowed
    while outbox.asked:
        outbox.answered()
    assert [frame for frame in paper.sent if frame.startswith(b"own")] == [b"own%d" % n for n in range(1, 6)]


async def test_it_is_told_when_the_page_stops_reading_and_when_it_goes_on():
    told: list[bool] = []
    outbox, paper = Outbox(1000, 8, lambda: told.append(outbox.paused)), Paper()
    outbox.attach(paper)
    for _ in range(6):
        outbox.push(b"x" * 4)
    assert told == [True]
    while outbox.asked:
        outbox.answered()
    assert told[-1] is False
    assert outbox.size == 0


async def test_the_next_socket_begins_with_nothing_unread():
    outbox, first, second = Outbox(1000, 8), Paper(), Paper()
    outbox.attach(first)
    outbox.push(b"x" * 20)
    outbox.attach(second)
    outbox.push(b"y")
    assert second.sent == [b"y"]
