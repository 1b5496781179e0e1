"""Who is present: seen on pages, over the real wire; and between processes, over every register."""

from __future__ import annotations

import asyncio
import secrets
import time

import pytest
from django.contrib.auth import get_user_model

from liveactions import Component, Present, action, field, on, presence
from liveactions.bus.attendance import Attendance
from liveactions.bus.register import MemoryRegister, RedisRegister
from liveactions.components import Seat
from liveactions.errors import BusUnavailable
from tests import servers
from tests.bus.conftest import World

PATIENCE = 10.0


# On pages


class Room(Component):
    name = "attendance.room"
    template = """<section>
      <ul>{% for who in here %}<li>{{ who.name }} {{ who.tabs }}{% for t in who.told %} {{ t.doing }}{% endfor %}</li>{% endfor %}</ul>
      <p>{{ heard|join:", " }}</p>
      <button live-click="write">Write</button><button live-click="go">Go</button>
    </section>"""  # noqa: E501  # white space would be seen
    room: str = "hall"
    doing: str = "reading"
    heard: list[str] = field(default_factory=list)
    here: list[Present] = presence("room.{room}", tell="doing")

    @on("here.joined")
    def come(self, who: list[Present]):
        self.heard = [*self.heard, *(f"+{each}" for each in who)]

    @on("here.left")
    def go_away(self, who: list[Present]):
        self.heard = [*self.heard, *(f"-{each}" for each in who)]

    @action
    def write(self):
        self.doing = "writing"

    @action
    def go(self):
        self.room = "garden"


class Camera(Component):
    name = "attendance.camera"
    template = "<p>{% for who in here %}{{ who.name }} {% endfor %}</p>"
    here: list[Present] = presence("room.hall", seen=False)


@pytest.fixture
def people(db):
    make = get_user_model().objects.create_user
    return make("ana"), make("ben")


def listed(page) -> list[str]:
    return [item.text() for item in page.find_all("li")]


def test_everyone_sees_everyone_once_with_the_number_of_their_tabs(live, people):
    ana, ben = people
    pages = [live.open(Room, user=ana), live.open(Room, user=ben), live.open(Room, user=ben)]
    assert [listed(page) for page in pages] == [["ana 1 reading", "ben 2 reading"]] * 3


def test_who_leaves_is_gone_when_the_last_tab_is_closed(live, people):
    ana, ben = people
    page, one, other = live.open(Room, user=ana), live.open(Room, user=ben), live.open(Room, user=ben)
    one.close()
    assert listed(page) == ["ana 1 reading", "ben 1 reading"]
    other.close()
    assert listed(page) == ["ana 1 reading"]


def test_what_a_page_tells_of_itself_is_seen_by_the_others(live, people):
    ana, ben = people
    page, other = live.open(Room, user=ana), live.open(Room, user=ben)
    other.click("Write")
    assert listed(page) == ["ana 1 reading", "ben 1 writing"]


def test_a_component_that_goes_elsewhere_is_seen_there_and_sees_who_is_there(live, people):
    ana, ben = people
    page, other = live.open(Room, user=ana), live.open(Room, user=ben)
    other.click("Go")
    assert listed(page) == ["ana 1 reading"]
    assert listed(other) == ["ben 1 reading"]


def test_listeners_hear_who_comes_and_goes_and_nothing_of_those_who_were_there(live, people):
    ana, ben = people
    page = live.open(Room, user=ana)
    other = live.open(Room, user=ben)
    assert (page.text("p"), other.text("p")) == ("+ben", "")
    other.close()
    assert page.text("p") == "+ben, -ben"


def test_who_only_watches_is_not_seen(live, people):
    ana, ben = people
    page, camera = live.open(Room, user=ana), live.open(Camera, user=ben)
    assert camera.text("p") == "ana"
    assert listed(page) == ["ana 1 reading"]


def test_who_is_not_signed_in_has_no_name_and_is_not_given_away(live, people):
    page, _ = live.open(Room), live.open(Room)
    one, other = page.component(Room).state.here
    assert (one.name, one.tabs, other.name) == ("", 1, "")
    assert one.key.startswith("~") and other.key.startswith("~")
    assert one.key != other.key


# Between processes


class Limits:
    heartbeat = 10.0
    max_events = 1000


class Host:
    limits = Limits()

    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time


class Node:
    def __init__(self, stream, name, told):
        self.seats, self.sitter = {"here": Seat(stream, True, told)}, name


class User:
    def __init__(self, pk):
        self.pk = pk


class Page:
    """As much of a page session as an attendance looks at. ``told`` are the times it was told."""

    def __init__(self, stream: str, name: str, **told):
        self.host, self.ended, self.seen, self.page_id = Host(), False, 0.0, secrets.token_hex(4)
        self.tree = type("Tree", (), {})()
        self.tree.nodes = {1: Node(stream, name, told)}
        self.tree.surroundings = type("Surroundings", (), {"user": User(name), "session": ""})()
        self.mailbox = self
        self.told = 0

    def put(self, job, limit):
        self.told += 1
        return True


class Processes:
    """As many processes as are made, on one log and one register."""

    def __init__(self, world: World, register) -> None:
        self.world = world
        self.register = register
        self.made: list[Attendance] = []
        self.topic = f"room.{secrets.token_hex(4)}"

    def process(self, lease: float = 30.0) -> Attendance:
        courier = self.world.courier()

        async def post(news):
            return await courier.post(news)

        made = Attendance(self.register(lease), self.world.hub(check_every=0.1), post)
        self.made.append(made)
        return made

    def open(self, where: Attendance, name: str, **told) -> Page:
        page = Page(self.topic, name, **told)
        where.seat(page)
        return page

    async def until(self, where: Attendance, *expected: str) -> None:
        """Wait until ``where`` knows exactly these: ``ana``, or ``ana 2`` for two tabs."""
        deadline = time.monotonic() + PATIENCE
        while (known := shown(where.people(self.topic))) != list(expected):
            assert time.monotonic() < deadline, f"{known} instead of {list(expected)}"
            await asyncio.sleep(0.01)  # nobody tells a test that an image has changed

    async def kill(self, process: Attendance) -> None:
        """It stops at once, without a word."""
        for task in filter(None, [process.beating, *(room.task for room in process.rooms.values())]):
            task.cancel()
        for stream in list(process.hub.lines):
            await process.hub.unfollow(stream, process)
        self.made.remove(process)


def shown(people: list[Present]) -> list[str]:
    return [f"{each.name} {each.tabs}" if each.tabs > 1 else each.name for each in people]


@pytest.fixture
async def processes(log, request):
    from channels.layers import InMemoryChannelLayer

    layer = InMemoryChannelLayer(capacity=1000)
    world = World(log, lambda: layer)
    memory = MemoryRegister(30.0)

    def register(lease: float):
        if "redis" in request.node.name:
            return RedisRegister(log.url, lease, log.prefix)
        memory.lease = lease
        return memory

    made = Processes(world, register)
    yield made
    for process in made.made:
        await process.close()
    await world.close()


async def test_processes_know_of_each_others_people(processes):
    one, two = processes.process(), processes.process()
    processes.open(one, "ana")
    processes.open(two, "ben")
    await processes.until(one, "ana", "ben")
    await processes.until(two, "ana", "ben")


async def test_the_tabs_of_one_user_in_several_processes_are_one_user(processes):
    one, two = processes.process(), processes.process()
    processes.open(one, "ana", doing="reading")
    processes.open(one, "ana", doing="reading")
    page = processes.open(two, "ana", doing="writing")
    await processes.until(one, "ana 3")
    assert one.people(processes.topic)[0].told == [{"doing": "reading"}, {"doing": "writing"}]
    two.leave(page)
    await processes.until(one, "ana 2")


async def test_who_comes_later_sees_who_was_there(processes):
    one = processes.process()
    processes.open(one, "ana")
    await processes.until(one, "ana")
    await one.settled()
    two = processes.process()
    processes.open(two, "ben")
    await processes.until(two, "ana", "ben")


async def test_a_process_that_ends_takes_its_people_along_at_once(processes):
    one, two = processes.process(), processes.process()
    processes.open(one, "ana")
    processes.open(two, "ben")
    await processes.until(one, "ana", "ben")
    await two.close()
    await processes.until(one, "ana")


async def test_a_process_that_dies_is_missed_within_two_leases(processes):
    lease = 1.0
    one, two = processes.process(lease), processes.process(lease)
    page = processes.open(one, "ana")
    processes.open(two, "ben")
    await processes.until(one, "ana", "ben")
    await processes.kill(two)
    told, died = page.told, time.monotonic()
    await processes.until(one, "ana")
    assert time.monotonic() - died < 2 * lease + 0.5  # and some time for a busy machine
    await one.settled()
    assert page.told > told


async def test_a_process_that_was_frozen_is_seen_again_when_it_goes_on(processes):
    one, two = processes.process(0.6), processes.process(0.6)
    processes.open(one, "ana")
    processes.open(two, "ben")
    await processes.until(one, "ana", "ben")
    two.beating.cancel()
    await processes.until(one, "ana")
    two.beating = None
    two.keep_beating()
    await processes.until(one, "ana", "ben")


async def test_a_browser_that_is_silent_is_not_counted_and_is_again_when_it_is_heard(processes):
    one, two = processes.process(0.5), processes.process(0.5)
    processes.open(one, "ana")
    page = processes.open(two, "ben")
    await processes.until(one, "ana", "ben")
    page.host.time = 1.4 * Limits.heartbeat
    await two.check()
    await processes.until(one, "ana", "ben")
    page.host.time = 1.6 * Limits.heartbeat
    await processes.until(one, "ana")
    page.seen = page.host.time
    await processes.until(one, "ana", "ben")


async def test_many_who_come_at_once_are_told_together(processes):
    one = processes.process()
    page = processes.open(one, "ana")
    await one.settled()
    told = page.told
    for number in range(50):
        processes.open(one, f"user{number:02}")
    await asyncio.sleep(0.3)  # three times as long as news are gathered
    assert len(one.people(processes.topic)) == 51
    assert page.told - told <= 2


async def test_nothing_is_left_when_everybody_has_gone(processes):
    one = processes.process()
    page = processes.open(one, "ana")
    await one.settled()
    one.leave(page)
    await one.settled()
    assert one.rooms == {}
    assert one.hub.lines == {}
    assert await one.register.read(processes.topic) == {}


@pytest.mark.redis
async def test_a_redis_that_loses_everything_is_told_again_and_nobody_flickers():
    from channels.layers import InMemoryChannelLayer

    from liveactions.bus.redis import RedisLog

    # A process that has left while nobody heard it, has no more entry; one whose entry Redis lost, writes it again.
    with servers.redis() as redis:
        layer = InMemoryChannelLayer(capacity=1000)
        world = World(RedisLog(redis.url, 100, 600), lambda: layer)
        processes = Processes(world, lambda lease: RedisRegister(redis.url, lease))
        one, two = processes.process(2.0), processes.process(2.0)
        try:
            processes.open(one, "ana")
            processes.open(two, "ben")
            await processes.until(one, "ana", "ben")
            redis.kill()
            with pytest.raises(BusUnavailable):
                await one.check()
            redis.start()
            seen = set()
            until = time.monotonic() + 5.0
            while time.monotonic() < until:
                seen.add(tuple(shown(one.people(processes.topic))))
                await asyncio.sleep(0.01)  # nobody tells a test that an image has changed
            assert seen == {("ana", "ben")}
            assert set(await one.register.read(processes.topic)) == {one.process, two.process}
        finally:
            for process in processes.made:
                await process.close()
            await world.close()
