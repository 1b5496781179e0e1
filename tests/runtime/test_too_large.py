"""What is more than a page is told at once: it ends as one refusal, or one line in the log, and disturbs nothing else.

Each test is about another door that something for a page comes through.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from liveactions import (
    Component,
    Download,
    Error,
    Event,
    SharedComponent,
    Toast,
    abroadcast,
    action,
    broadcast,
    field,
    on,
    signal,
    store,
)
from liveactions.consumers import process
from liveactions.errors import ResultError
from liveactions.results import Whole
from liveactions.runtime import Pages
from liveactions.threads import runner
from liveactions.wire.frames import Answer, Apply, Bye, Call, Mount, Ping, Pong, Streams
from tests.wires import Wire, items, refusal, tokens

TOO_LARGE = "result.too_large"
MUCH = 30_000
LITTLE = 10


class Board(Component):
    """What it shows, says and answers has the size that is asked for."""

    name = "large.board"
    template = "<section>{{ n }}<p>{{ text }}</p></section>"
    n: int = 0
    text: str = ""
    typed: str = field("", bind=True)
    tone: str = signal("")
    aged: bool = False
    """Whether it shows too much when it looks at its data again."""

    def topics(self):
        return ["large.board"]

    def mount(self, size: int = 0):
        self.text = AT_MOUNT[0] * size

    def restored(self):
        if self.aged:
            self.text = "r" * MUCH

    def updated(self, changed):
        if "typed" in changed:
            self.text = self.typed * MUCH

    @action
    def say(self, size: int):
        self.n += 1
        return Event("said", {"text": "a" * size})

    @action
    async def say_later(self, size: int):
        self.n += 1
        return Event("said", {"text": "a" * size})

    @action
    async def show(self, size: int):
        self.n += 1
        self.text = "s" * size

    @action
    def show_in_a_thread(self, size: int):
        self.n += 1
        self.text = "s" * size

    @action
    async def tint(self, size: int):
        self.n += 1
        self.tone = "t" * size

    @action
    def steps(self, size: int):
        for length in (LITTLE, size, LITTLE):
            self.n += 1
            yield Toast("a" * length)

    @action
    async def steps_later(self, size: int):
        for length in (LITTLE, size, LITTLE):
            self.n += 1
            yield Toast("a" * length)

    @action
    def many(self, size: int):
        self.n += 1
        return [Toast("a" * (size // 3))] * 3

    @action
    def build(self, size: int):
        self.n += 1
        self.request.success("a" * size)

    @action
    def tell_others(self, size: int):
        self.n += 1
        broadcast("large.board", Toast("b" * size))

    @action
    def send_others(self, size: int):
        self.n += 1
        return Toast("b" * size).to("large.others")

    @action(background=True)
    def work(self, size: int):
        self.n += 1
        return Toast("j" * size)

    @action(background=True)
    def export(self, size: int):
        return Download("export.bin", b"e" * size)

    @action(parallel=True)
    async def beside(self, size: int):
        self.n += 1
        return Toast("p" * size)

    @action
    async def fail(self, size: int):
        self.n += 1
        raise ValueError("v" * size)

    @action
    async def age(self):
        self.aged = True

    @on("said")
    def hear(self, size: int):
        self.n += 1
        self.text = "h" * size


class Ledger(Component):
    name = "large.ledger"
    template = "<p>{{ n }}</p>"
    n: int = 0

    @action(atomic=True)
    def save(self, size: int):
        self.n += 1
        transaction.on_commit(lambda: COMMITTED.append(size))
        return Toast("a" * size)

    @action(atomic=True)
    def save_in_steps(self, size: int):
        self.n += 1
        transaction.on_commit(lambda: COMMITTED.append(size))
        yield Toast("a" * size)
        yield Toast("a")


class Wall(SharedComponent):
    name = "large.wall"
    template = "<p>{{ n }} {{ text }}</p>"
    n: int = 0
    text: str = ""

    def topics(self):
        return ["large.wall"]

    @action
    def paint(self, size: int):
        self.n += 1
        self.text = "w" * size

    @action
    async def paint_later(self, size: int):
        self.n += 1
        self.text = "w" * size

    @action
    def answer(self, size: int):
        self.n += 1
        return Toast("a" * size)

    @on("painted")
    def hear(self, size: int):
        self.n += 1
        self.text = "h" * size


COMMITTED: list[int] = []
AT_MOUNT = ["m"]
"""What a board shows at first."""


@pytest.fixture(autouse=True)
def _at_most_20_kilobytes(settings: Any) -> None:
    settings.LIVEACTIONS = {"MAX_ANSWER": 20_000}
    COMMITTED.clear()
    AT_MOUNT[:] = ["m"]


def board(wire: Wire) -> Any:
    return wire.page.tree.nodes[1].component


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What went into the log that somebody should look at."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


async def undisturbed(wire: Wire) -> None:
    """The socket is what it was, and calls go on."""
    answer = await wire.call(1, "show", size=LITTLE)
    assert answer.refusal is None
    assert not wire.gone and not any(isinstance(frame, Bye) for frame in wire.frames)
    assert "s" * LITTLE in str(answer.items)


# Calls -------------------------------------------------------------------------------------------------------------

ALONE = ["say", "say_later", "show", "show_in_a_thread", "tint", "many", "build", "beside"]
FOR_OTHERS = ["tell_others", "send_others"]


@pytest.mark.parametrize("programs", [False, True], ids=["whole", "patches"])
@pytest.mark.parametrize("name", ALONE + FOR_OTHERS)
async def test_an_answer_that_is_too_large_is_refused_and_the_component_is_as_before(connect, caplog, name, programs):
    wire = await connect()
    wire.page.tree.programs = programs
    await wire.place("large.board")
    assert (await wire.call(1, name, size=LITTLE)).refusal is None
    answer = await wire.call(1, name, size=MUCH)
    assert (refusal(answer).code, refusal(answer).fault) == (TOO_LARGE, "application")
    assert items(answer) == [(1, Error("The server could not answer this."))]
    assert board(wire).n == 1
    assert len(errors(caplog)) == 1 and "MAX_ANSWER" in caplog.text
    await undisturbed(wire)


async def test_an_answer_of_the_size_that_is_allowed_is_told(connect):
    wire = await connect()
    await wire.place("large.board")
    assert (await wire.call(1, "say", size=18_500)).refusal is None
    assert board(wire).n == 1


@pytest.mark.parametrize("name", ["steps", "steps_later"])
async def test_a_step_that_is_too_large_ends_the_call_and_what_came_before_stays(connect, name):
    wire = await connect()
    await wire.place("large.board")
    answer = await wire.call(1, name, size=MUCH)
    assert refusal(answer).code == TOO_LARGE
    assert [result for _, result in told_toasts(wire)] == [Toast("a" * LITTLE)]
    assert board(wire).n == 1
    await undisturbed(wire)


def told_toasts(wire: Wire) -> list[Any]:
    frames = [frame for frame in wire.frames if isinstance(frame, Apply | Answer)]
    return [item for frame in frames for item in items(frame) if isinstance(item[1], Toast)]


async def test_a_job_in_the_background_that_says_too_much_is_refused(connect):
    wire = await connect()
    await wire.place("large.board")
    assert refusal(await wire.call(1, "work", size=MUCH)).code == TOO_LARGE
    assert board(wire).n == 0
    await undisturbed(wire)


async def test_a_file_from_the_background_has_an_address_and_is_not_too_large(connect):
    wire = await connect()
    await wire.place("large.board")
    answer = await wire.call(1, "export", size=1_000_000)
    assert answer.refusal is None
    (download,) = [result for _, result in items(answer)]
    assert isinstance(download, Download) and download.url and download.size == 1_000_000


async def test_the_reason_of_a_failure_that_is_too_large_itself_is_not_told(connect, settings):
    settings.DEBUG = True
    wire = await connect()
    await wire.place("large.board")
    answer = await wire.call(1, "fail", size=MUCH)
    assert refusal(answer).code == TOO_LARGE
    await undisturbed(wire)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["save", "save_in_steps"])
async def test_nothing_is_committed_for_an_answer_that_is_too_large(connect, name):
    wire = await connect()
    await wire.place("large.ledger")
    assert refusal(await wire.call(1, name, size=MUCH)).code == TOO_LARGE
    assert (board(wire).n, COMMITTED) == (0, [])
    assert (await wire.call(1, name, size=LITTLE)).refusal is None
    assert (board(wire).n, COMMITTED) == (1, [LITTLE])


async def test_a_field_whose_writing_shows_too_much_is_not_written(connect):
    wire = await connect()
    await wire.place("large.board")
    assert refusal(await wire.set(1, typed="xy")).code == TOO_LARGE
    assert (board(wire).typed, board(wire).text) == ("", "")
    await undisturbed(wire)


# How components look -----------------------------------------------------------------------------------------------


async def test_a_component_that_is_mounted_afresh_and_is_too_large_is_refused_and_those_beside_it_are_not(connect):
    wire = await connect()
    large, small = await wire.embed("large.board", size=MUCH), await wire.embed("large.board", size=LITTLE)
    store.store().kept.clear()
    AT_MOUNT[:] = ["n"]
    answer = await wire.answer(wire.ask(Mount, [[tokens(large)[0], 0], [tokens(small)[0], 2]]))
    assert refusal(answer).code == "mount.refused"
    assert {key: code for key, (code, _) in (refusal(answer).detail or {})["tokens"].items()} == {"0": TOO_LARGE}
    assert list(wire.page.tree.nodes) == [3]
    assert (await wire.call(3, "say", size=LITTLE)).refusal is None


async def test_roots_that_are_too_large_together_are_sent_one_after_the_other(connect):
    wire = await connect()
    for number in range(4):
        await wire.mount(await wire.embed("large.board", size=9000), base=2 * number)
    wire.frames.clear()
    answer = await wire.resync()
    assert answer.refusal is None
    told = [*items(answer), *items(await wire.next(Apply)), *items(await wire.next(Apply))]
    assert [(scope, type(result)) for scope, result in told] == [(number, Whole) for number in (1, 3, 5, 7)]


async def test_what_follows_waits_until_the_page_has_read_what_came_before(connect, settings):
    settings.LIVEACTIONS = {"MAX_ANSWER": 20_000, "WINDOW": 5_000}
    wire = await connect()
    for number in range(4):
        await wire.mount(await wire.embed("large.board", size=9000), base=2 * number)
    wire.deaf = True
    await wire.resync()
    await until(lambda: wire.page.reads is not None)
    assert wire.told() == [Ping(0)]
    wire.page.tree.nodes[5].component.text = "as it is by then"
    wire.deaf = False
    wire.send(Pong(wire.ack))
    assert "as it is by then" in str((await wire.next(Apply)).items)
    assert [scope for scope, _ in items(await wire.next(Apply))] == [7]


async def test_a_component_that_has_become_too_large_cannot_be_asked_for_and_others_can(connect, caplog):
    wire = await connect()
    for number in range(2):
        await wire.mount(await wire.embed("large.board", size=LITTLE), base=2 * number)
    board(wire).text = "x" * MUCH
    answer = await wire.resync()
    assert refusal(answer).code == TOO_LARGE
    assert [(scope, type(result)) for scope, result in items(answer)] == [(1, Error), (3, Whole)]
    assert refusal(await wire.resync(1)).code == TOO_LARGE
    assert "large.board" in errors(caplog)[0]
    assert (await wire.resync(3)).refusal is None
    await undisturbed(wire)


async def test_a_component_that_looks_at_its_data_again_and_becomes_too_large_says_so(connect):
    wire = await connect()
    await wire.place("large.board")
    await wire.call(1, "age")
    answer = await wire.answer(wire.ask(Call, 0, "@refresh", {}))
    assert [(scope, type(result)) for scope, result in items(answer)] == [(1, Error)]
    await undisturbed(wire)


async def test_a_page_that_is_rendered_afresh_and_too_large_is_told_so_once_and_goes_on(connect, caplog):
    wire = await connect()
    await wire.place("large.board")
    await wire.call(1, "age")
    caplog.clear()
    wire.page.following.lost("large.board")
    told = await wire.next(Apply)
    assert [(scope, type(result)) for scope, result in items(told)] == [(1, Error)]
    assert len(errors(caplog)) == 1
    await undisturbed(wire)


# What nobody has called for ----------------------------------------------------------------------------------------


async def test_a_listener_that_shows_too_much_is_undone_logged_and_told(connect, caplog):
    wire = await connect()
    await wire.place("large.board")
    await abroadcast("large.board", event="said", size=MUCH)
    assert items(await wire.next(Apply)) == [(1, Error("The server could not answer this."))]
    assert board(wire).n == 0
    assert errors(caplog) == ["large.board.hear failed on an event."]
    await abroadcast("large.board", event="said", size=LITTLE)
    assert "h" * LITTLE in str((await wire.next(Apply)).items)
    await undisturbed(wire)


# What is said to others --------------------------------------------------------------------------------------------


async def test_news_that_are_too_large_are_an_error_where_they_are_said_and_nobody_hears_of_them(connect):
    wire = await connect()
    await wire.place("large.board")
    for said in ({"event": "said", "size": 1, "more": "x" * MUCH}, {}):
        results = [] if said else [Toast("x" * MUCH)]
        with pytest.raises(ResultError, match="MAX_ANSWER") as refused:
            await abroadcast("large.board", *results, **said)
        assert refused.value.code == TOO_LARGE
    with pytest.raises(ResultError, match="said to large"):
        await runner().run(lambda: broadcast(["large.board", "large.others"], Toast("x" * MUCH)))
    await abroadcast("large.board", Toast("small"))
    assert items(await wire.next(Apply)) == [(None, Toast("small"))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["paint", "paint_later", "answer"])
async def test_a_step_of_a_shared_component_that_is_too_large_is_refused_and_was_never_taken(connect, name):
    one, other = await connect(), await connect()
    for wire in (one, other):
        wire.page.tree.programs = True
        await wire.place("large.wall")
    assert refusal(await one.call(1, name, size=MUCH)).code == TOO_LARGE
    assert (await one.call(1, "paint", size=LITTLE)).refusal is None
    told = str((await other.next(Apply, lambda frame: "w" in str(frame.items))).items)
    assert "1 " in told and "w" * LITTLE in told and "w" * (LITTLE + 1) not in told


@pytest.mark.django_db(transaction=True)
async def test_a_listener_of_a_shared_component_that_shows_too_much_is_undone_and_hears_what_follows(connect, caplog):
    wire = await connect()
    wire.page.tree.programs = True
    await wire.place("large.wall")
    await abroadcast("large.wall", event="painted", size=MUCH)
    await abroadcast("large.wall", event="painted", size=LITTLE)
    told = str((await wire.next(Apply, lambda frame: "hhh" in str(frame.items))).items)
    assert "1 " in told and "h" * (LITTLE + 1) not in told
    assert "failed on painted" in caplog.text


# Sessions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["say", "show"])
async def test_the_session_is_still_kept_for_other_processes(connect, settings, name):
    settings.LIVEACTIONS = {"CHECKPOINT": True, "MAX_ANSWER": 20_000, "MAX_STATE": 200_000}
    wire = await connect()
    await wire.place("large.board")
    assert refusal(await wire.call(1, name, size=MUCH)).code == TOO_LARGE
    assert wire.page.keeping.going
    again = await elsewhere(wire)
    assert again.welcome.recovered
    assert (await again.call(1, "say", size=LITTLE)).refusal is None
    assert board(again).n == 1
    await again.drop()


MORE_THAN_MAY_WAIT = {
    "CHECKPOINT": True,
    "MAX_ANSWER": 2_000_000,
    "MAX_OUTBOX": 20_000,
    "MAX_REPLAY": 20_000,
    "WINDOW": 5_000,
}


@pytest.mark.parametrize("behind", [0, 5], ids=["alone", "with others behind it"])
async def test_an_answer_that_is_larger_than_what_may_wait_costs_neither_the_socket_nor_the_session(
    connect, settings, behind
):
    """A site may allow more for one answer than it keeps of all others."""
    settings.LIVEACTIONS = MORE_THAN_MAY_WAIT
    wire = await connect()
    await wire.place("large.board")
    wire.hold()
    numbers = [wire.ask(Call, 1, "say", {"size": 1_000_000})]
    numbers += [wire.ask(Call, 1, "say", {"size": LITTLE}) for _ in range(behind)]
    await asyncio.wait_for(until(lambda: wire.page.own.offset >= 2 + len(numbers)), 10)
    wire.page.ping()
    wire.reading.set()
    for number in numbers:
        assert (await wire.answer(number)).refusal is None
    assert not wire.gone
    again = await elsewhere(wire)
    assert again.welcome.recovered
    await again.drop()


async def test_an_answer_that_is_larger_than_what_may_be_kept_is_told_again_where_it_was_cut_off(connect, settings):
    settings.LIVEACTIONS = MORE_THAN_MAY_WAIT
    wire = await connect()
    await wire.place("large.board")
    wire.hold()
    number = wire.ask(Call, 1, "say", {"size": 1_000_000})
    await asyncio.wait_for(until(lambda: wire.page.own.offset > wire.ack and wire.page.is_idle), 10)
    again = await elsewhere(wire)
    assert again.welcome.recovered
    assert (await again.answer(number)).refusal is None
    await again.drop()


async def elsewhere(wire: Wire) -> Wire:
    """The process of the tab is gone, and it comes back to another."""
    host = replace(process.host(runner()), tell=lambda *_, **__: None)
    process.adopt(Pages(host))
    await wire.drop()
    again = Wire({}, wire.user)
    again.scope["headers"] = wire.scope["headers"]
    again.ack, again.number = wire.ack, wire.number
    places = [frame.streams for frame in wire.frames if isinstance(frame, Streams)][-1]
    again.welcome = await again.open([wire.token, again.ack, places])
    return again


async def until(condition: Any) -> None:
    while not condition():  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0)
