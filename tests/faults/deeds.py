"""What is done to a world: one function for each kind of fault."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from urllib.request import urlopen

from tests.faults.hostile import floods
from tests.faults.links import Outside
from tests.faults.processes import Worker, continued, frozen, renderers
from tests.faults.proxy import BLACKHOLE, OK, REFUSE, SWALLOW, Mode
from tests.faults.publisher import published
from tests.faults.swarm import fetched, within
from tests.faults.tab import Tab
from tests.faults.world import World

__all__ = ["Deed"]

Deed = Callable[[World], Awaitable[None]]


async def nothing(_: World) -> None:
    """The load is the fault."""


def again(deed: Deed, times: int, every: float) -> Deed:
    """The same, so many times, from one beginning to the next so many seconds (or as long as it takes)."""

    async def repeated(world: World) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(times):
            due = loop.time() + every
            await deed(world)
            await asyncio.sleep(max(0.0, due - loop.time()))

    return repeated


def together(*all_of_them: Deed) -> Deed:
    """All of these at the same time."""

    async def deed(world: World) -> None:
        await asyncio.gather(*(each(world) for each in all_of_them))

    return deed


def in_turn(*all_of_them: Deed) -> Deed:
    """One of these after the other."""

    async def deed(world: World) -> None:
        for each in all_of_them:
            await each(world)

    return deed


# Server processes ---------------------------------------------------------------------------------------------


async def kill_a_worker(world: World) -> None:
    """kill -9; it is started again at once, as a supervisor does."""
    worker = world.chance.choice(world.workers)
    world.mark("fault")
    world.mark("process lost")
    worker.kill()
    await asyncio.sleep(0.1)
    await worker.start()


def exhaust_memory(mebibytes: float) -> Deed:
    """An action takes more and more memory; when it has so much, the system kills its process, as out of memory."""

    async def deed(world: World) -> None:
        before = world.resident()
        world.chance.choice(world.swarm.clients).ask("hoard", {"size": int(2 * mebibytes)})

        def hoarding() -> Worker | None:
            now = world.resident()
            each = (worker for worker in world.workers if now[worker.pid] - before[worker.pid] > mebibytes)
            return next(each, None)

        await within(lambda: hoarding() is not None, 5)
        worker = hoarding()
        world.note("not killed", worker is None)
        if worker is not None:
            world.mark("fault")
            worker.kill()
            await worker.start()

    return deed


def deploy(version: int = 1) -> Deed:
    """A rolling deploy of this version of the code."""

    async def deed(world: World) -> None:
        await replace_each(world, {"FAULTS_VERSION": str(version)})

    return deed


async def replace_each(world: World, env: Mapping[str, str]) -> None:
    """No new connections, SIGTERM, start with this in the environment; one worker after the other."""
    for worker in world.workers:
        take_out(world, worker)
        await replace(world, worker, env)
        put_back(world, worker)


async def replace(world: World, worker: Worker, env: Mapping[str, str]) -> None:
    loop = asyncio.get_running_loop()
    world.mark("fault")
    began = loop.time()
    await worker.stop()
    world.note("drain max", loop.time() - began)
    worker.server.env.update(env)
    await worker.start()


replace_all_workers = deploy()


async def replace_under_checks(world: World) -> None:
    """The same where nobody tells the balancer: it asks the workers whether they are ready."""
    async with checking(world):
        for worker in world.workers:
            await replace(world, worker, {})
            await within(lambda worker=worker: worker.port in world.balancer.targets, 10)


@asynccontextmanager
async def checking(world: World, every: float = 0.25) -> AsyncIterator[None]:
    """Within it, the balancer asks each worker so often, and sends nobody to one that does not say that it is ready."""

    async def check() -> None:
        while True:
            await asyncio.sleep(every)
            answers = await asyncio.gather(*(asyncio.to_thread(is_ready, worker) for worker in world.workers))
            ready = [worker.port for worker, yes in zip(world.workers, answers, strict=True) if yes]
            if ready != list(world.balancer.targets):
                world.balancer.targets = ready

    task = asyncio.create_task(check())
    try:
        yield
    finally:
        task.cancel()


def is_ready(worker: Worker) -> bool:
    """Whether it takes more pages."""
    try:
        with urlopen(f"{worker.server.url}/live/ready", timeout=1):
            return True
    except OSError:
        return False


def freeze_a_worker(seconds: float) -> Deed:
    """SIGSTOP: nobody is told, until the balancer notices and sends its pages elsewhere. Later it wakes up."""

    async def deed(world: World) -> None:
        worker = world.chance.choice(world.workers)
        world.mark("process lost")
        frozen(worker.pid)
        try:
            await asyncio.sleep(min(1.0, seconds / 3))  # calls come to it meanwhile, and wait
            world.mark("fault")
            take_out(world, worker)
            world.balancer.part()  # what a balancer does with a server that does not answer
            await asyncio.sleep(seconds)
        finally:
            continued(worker.pid)
        await asyncio.sleep(0.5)
        put_back(world, worker)

    return deed


def take_out(world: World, worker: Worker) -> None:
    """The balancer sends nobody there any more."""
    world.balancer.targets = [port for port in world.balancer.targets if port != worker.port]


def put_back(world: World, worker: Worker) -> None:
    world.balancer.targets = [*world.balancer.targets, worker.port]


def stall_a_loop(seconds: float) -> Deed:
    """Somebody's action blocks the event loop of its process."""

    async def deed(world: World) -> None:
        world.chance.choice(world.swarm.clients).ask("stall", {"seconds": seconds})

    return deed


def set_clocks(*seconds: float) -> Deed:
    """The clock of each worker jumps, so that it is ahead by so much."""

    async def deed(world: World) -> None:
        for number, ahead in enumerate(seconds):
            world.set_clock(number, ahead)

    return deed


# Redis --------------------------------------------------------------------------------------------------------


def kill_redis(seconds: float, *, lost: bool = False, unwritten: int = 0) -> Deed:
    """kill -9, and back after so long, with what it had or (``lost``) without; or without the last bytes of that."""

    async def deed(world: World) -> None:
        world.mark("redis away")
        world.redis.kill()
        await asyncio.sleep(seconds)
        if unwritten:
            world.redis.lose_end(unwritten)
        answered = asyncio.create_task(world.redis.answers())
        await asyncio.to_thread(world.redis.start)
        back = await answered
        world.marks["redis back"].append(back)
        if lost or unwritten:
            world.marks["history lost"].append(back)

    return deed


async def flush_redis(world: World) -> None:
    """Somebody types FLUSHALL."""
    world.mark("history lost")
    await world.redis.say("FLUSHALL")


def break_redis_links(mode: Mode, seconds: float) -> Deed:
    """For so long, this is done to everything between the processes and Redis."""

    async def deed(world: World) -> None:
        world.mark("redis away")
        for line in world.lines:
            line.set(mode)
        await asyncio.sleep(seconds)
        for line in world.lines:
            line.set(OK)
        world.mark("redis back")

    return deed


def isolate_a_worker(seconds: float) -> Deed:
    """For so long, one of the server processes cannot reach Redis. It goes on without, and so do the others with it."""

    async def deed(world: World) -> None:
        line = world.chance.choice(world.lines[: len(world.workers)])
        world.mark("redis away")
        line.set(BLACKHOLE)
        await asyncio.sleep(seconds)
        line.set(OK)
        world.mark("redis back")

    return deed


async def forget_redis_links(world: World) -> None:
    """The connections to Redis that there are lead nowhere any more, and nobody is told. New ones can be made."""
    world.mark("redis away")
    for line in world.lines:
        line.set(SWALLOW, new=False)


async def fail_over(world: World) -> None:
    """The master is killed; sentinels make the replica the new one. An address that leads to the master follows it."""
    world.redis.kill()
    now = await world.sentinel.successor(world.redis.port)
    for line in world.lines:
        line.targets = [now]
    world.mark("redis back")


async def fail_over_with_a_lost_tail(world: World) -> None:
    """The replica hears nothing for a second before it becomes the master: what was acknowledged then is gone."""
    await world.replica.say("REPLICAOF", "NO", "ONE")
    await asyncio.sleep(1)
    world.redis.kill()
    for line in world.lines:
        line.targets = [world.replica.port]
    world.mark("history lost")


async def fill_redis(world: World) -> None:
    """For a second there is no memory for anything new."""
    await world.redis.say("CONFIG", "SET", "maxmemory", 1)
    await asyncio.sleep(1)
    await world.redis.say("CONFIG", "SET", "maxmemory", 0)
    world.mark("redis back")


async def evict(world: World) -> None:
    """For a second Redis throws away whatever it likes."""
    world.mark("history lost")
    await world.redis.say("CONFIG", "SET", "maxmemory-policy", "allkeys-random")
    await world.redis.say("CONFIG", "SET", "maxmemory", 1)
    await asyncio.sleep(1)
    await world.redis.say("CONFIG", "SET", "maxmemory", 0)
    await world.redis.say("CONFIG", "SET", "maxmemory-policy", "noeviction")


async def move_doorbells(world: World) -> None:
    """The doorbell is another Redis from now on: for one worker after the other, and for publishers never."""
    await replace_each(world, {"FAULTS_DOORBELL": world.other.url})


async def end_subscribers(world: World) -> None:
    """Redis closes the connections of its subscribers, as it does with those that read too slowly."""
    await world.redis.say("CLIENT", "KILL", "TYPE", "pubsub")


# The network between pages and servers --------------------------------------------------------------------------


async def cut_all_pages(world: World) -> None:
    """Every page loses its connection in the same instant."""
    world.mark("fault")
    world.balancer.cut()


async def cut_and_weigh(world: World) -> None:
    """The same; what it costs the servers until every page is back, and what it costs those who measure, is noted.

    On a machine that has other things to do, this tells more than the time that it takes.
    """
    servers, own, pages = world.worked(), time.process_time(), len(world.swarm.clients)
    await cut_all_pages(world)
    await asyncio.sleep(0.1)  # until it is noticed
    await within(lambda: world.swarm.connected == pages, 20)
    world.note("server ms a page", (world.worked() - servers) * 1000 / pages)
    world.note("swarm ms a page", (time.process_time() - own) * 1000 / pages)


def cut_at_any_byte(after: int, seconds: float) -> Deed:
    """For so long, every connection is reset after a random number of bytes."""

    async def deed(world: World) -> None:
        world.balancer.set(Mode(cut_after=after))
        await asyncio.sleep(seconds)
        world.balancer.set(OK)

    return deed


async def vanish(world: World) -> None:
    """The connections of all pages lead nowhere any more, and nobody is told."""
    world.mark("fault")
    world.balancer.set(SWALLOW, new=False)


def stay_away(seconds: float) -> Deed:
    """Nobody can connect for so long."""

    async def deed(world: World) -> None:
        world.balancer.set(REFUSE)
        world.balancer.cut()
        await asyncio.sleep(seconds)
        world.balancer.set(OK)

    return deed


def be_missed(seconds: float) -> Deed:
    """Nobody can connect for so long; then all come back at once. How often each process reads the log is measured."""

    async def deed(world: World) -> None:
        world.balancer.set(REFUSE)
        world.balancer.cut()
        await asyncio.sleep(seconds)
        async with world.redis.heard() as said:
            world.balancer.set(OK)
            await within(lambda: world.swarm.connected == len(world.swarm.clients), 10)
            await asyncio.sleep(0.2)
        reads = sum(command.startswith(("XRANGE {live}:log:news ", "XREVRANGE {live}:log:news ")) for command in said)
        world.note("reads a worker", reads / len(world.workers))

    return deed


def hold_pages(seconds: float) -> Deed:
    """The network stands still for so long, and then everything comes at once."""

    async def deed(world: World) -> None:
        world.balancer.set(BLACKHOLE)
        await asyncio.sleep(seconds)
        world.balancer.set(OK)

    return deed


def open_more(pages: int) -> Deed:
    """Pages are opened while news are said."""

    async def deed(world: World) -> None:
        await world.swarm.open(pages, at_once=8)

    return deed


# What pages and their users do -----------------------------------------------------------------------------------


def stall_readers(count: int, seconds: float, quiet: float = 2) -> Deed:
    """So many pages read nothing for so long. What they cost, and when they are disconnected, is measured; and for
    ``quiet`` seconds before, what it is like without them."""

    async def deed(world: World) -> None:
        await asyncio.sleep(quiet)
        slow = world.swarm.clients[:count]
        world.aside |= {client.diary.name for client in slow}
        loop = asyncio.get_running_loop()
        before, sockets, began = world.all_memory(), await world.of_all("sockets"), loop.time()
        world.mark("aside")
        for client in slow:
            client.stall()
        gone = float("inf")
        while loop.time() < began + seconds:
            await asyncio.sleep(0.1)
            world.note("each takes", (world.all_memory() - before) / count)
            if gone == float("inf") and sockets - await world.of_all("sockets") >= count:
                gone = loop.time() - began
        world.mark("aside")
        world.note("disconnected", gone)
        for client in slow:
            client.wake()

    return deed


def freeze_browsers(seconds: float) -> Deed:
    """Machines sleep for so long. How long their pages then take to be up to date is measured, and what blocks them."""

    async def deed(world: World) -> None:
        pids = renderers()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
            last = max(each.message.serial for each in published(world.folder) if each.acknowledged)
        finally:
            woken = time.time()
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
        world.note("current after", max(await asyncio.gather(*(each.heard(last) for each in world.people))) - woken)
        world.note("blocked", max([await person.blocked(woken) for person in world.people]))

    return deed


def be_flooded(each: int, seconds: float, patience: float = 5.0) -> Deed:
    """So many of every kind of visitor who means harm come to a server, at the same moment, and each of them again at
    once whenever it was shown the door, for so long. What a visit costs the server, and how late it is, is measured.
    """

    async def deed(world: World) -> None:
        (worker,) = world.workers
        await world.late()
        await asyncio.sleep(seconds)  # what it is like without them
        world.note("loop late before", (await world.late())["late"])
        memory, worked = world.all_memory(), world.worked()
        world.mark("aside")
        visits = await floods(worker.port, each, patience, seconds)
        world.mark("aside")
        worked, late = world.worked() - worked, await world.late()
        world.note("loop stall", late["stalled"])
        world.note("loop late", late["late"])
        for kind, lasted in visits.items():
            world.note(f"{kind} closed", max(lasted))
        world.note("floods take", world.all_memory() - memory)
        world.note("visits", sum(map(len, visits.values())))
        world.note("server ms a visit", worked * 1000 / sum(map(len, visits.values())))

    return deed


def sign_out(people: int, *, redis_away: float = 0.0) -> Deed:
    """So many sign out, each in one of the tabs of a browser; perhaps while Redis has been away for a moment."""

    async def deed(world: World) -> None:
        browsers = world.swarm.headers[:people]
        world.aside |= {client.diary.name for client in world.swarm.clients if client.headers in browsers}
        if redis_away:
            world.redis.kill()
            await asyncio.sleep(0.5)
        world.mark("signed out")
        await asyncio.gather(*(asyncio.to_thread(fetched, f"{world.swarm.url}/leave/", each) for each in browsers))
        if redis_away:
            await asyncio.sleep(redis_away)
            await asyncio.to_thread(world.redis.start)
            world.mark("redis back")

    return deed


async def vanish_for_good(world: World) -> None:
    """Half of the machines are switched off: when do the servers know, and when is nobody told of them?

    And when do pages know that they have lost their server?
    """
    async with Outside("switched off", [worker.port for worker in world.workers], world.seed) as theirs:
        gone = await world.visit(world.plan.load.pages, by=theirs)
        left, sockets = len(world.swarm.clients) * len(world.workers), await world.of_all("sockets")
        await reached(world, "present", lambda people: people == 2 * left, 10)
        theirs.set(SWALLOW, new=False)
        for client in gone.clients:
            client.stall()
        dead, absent = await asyncio.gather(
            reached(world, "sockets", lambda now: now <= sockets - len(gone.clients)),
            reached(world, "present", lambda people: people == left),
        )
    world.note("noticed dead", dead)
    world.note("presence wrong", absent)
    world.mark("vanished")
    world.balancer.set(SWALLOW, new=False)
    await within(lambda: all(client.diary.lost for client in world.swarm.clients), 30)


async def reached(world: World, figure: str, enough: Callable[[int], bool], patience: float = 60.0) -> float:
    """How long it takes until what the server processes say of themselves is enough; infinite if it does not come."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not enough(await world.of_all(figure)):
        if loop.time() > began + patience:
            return float("inf")
        await asyncio.sleep(0.1)
    return loop.time() - began


def come_and_go(pages: int, times: int, first: int) -> Deed:
    """So many pages are opened and left, so many times; what stays behind is measured, after as many as that at first.

    Threads, their connections to the database and what malloc holds come to rest in some 1,500 visits.
    """

    async def deed(world: World) -> None:
        await rounds(world, pages, first)
        memory, keys, tasks = world.all_memory(), await lasting_keys(world), await world.of_all("tasks")
        await rounds(world, pages, times)
        world.note("MiB a 1000 visits", (world.all_memory() - memory) * 1000 / (pages * times))
        world.note("keys left", max(0, await lasting_keys(world) - keys))
        world.note("tasks left", max(0, await world.of_all("tasks") - tasks))

    return deed


async def lasting_keys(world: World) -> int:
    """How many keys there are in Redis that do not end by themselves."""
    kept = (await world.redis.say("INFO", "keyspace")).get("db0", {"keys": 0, "expires": 0})
    return int(kept["keys"] - kept["expires"])


async def rounds(world: World, pages: int, times: int) -> None:
    for _ in range(times):
        visitors = await world.visit(pages)
        await visitors.part()
    await asyncio.sleep(1)


def be_idle(pages: int) -> Deed:
    """So many pages are opened, and nothing happens on them; what each takes is measured."""

    async def deed(world: World) -> None:
        await rounds(world, 50, 1)
        before = world.all_memory()
        visitors = await world.visit(pages)
        world.note("KiB a page", (world.all_memory() - before) * 1024 / pages)
        await visitors.part()

    return deed


def wait(seconds: float) -> Deed:
    """Nothing is done for so long."""

    async def deed(_: World) -> None:
        await asyncio.sleep(seconds)

    return deed


async def come_with_an_old_client(world: World) -> None:
    """A tab that has been open for a year comes back. It is told so once, and may not come again."""
    visitors = await world.visit(0, OldTab)
    client = await visitors.add(0)
    client.dial()
    await within(lambda: client.over, 5)
    world.note("told otherwise", client.ended_by != "version.unsupported")
    world.note("came again", client.diary.attempts - 1)


class OldTab(Tab):
    build = "0.0.0"


async def say_too_much(world: World) -> None:
    """Some call with more than a frame may hold."""
    for client in world.swarm.clients[::5]:
        client.ask("book", {"text": "a" * 200_000})


async def ask_for_too_much(world: World) -> None:
    """Some ask for an answer that is larger than a page is sent. They are refused, and nothing else happens to them."""
    before = sockets_lost(world)
    much = {"size": 5_000_000}
    asked = [client.ask(action, much) for client in world.swarm.clients[::5] for action in ("shout", "shout_and_save")]
    await within(lambda: all(called.outcome for called in asked), 15)
    world.note("told otherwise", sum(called.outcome != "result.too_large" for called in asked))
    world.note("lost for an answer", sockets_lost(world) - before)


def sockets_lost(world: World) -> int:
    return sum(len(diary.lost) for diary in world.swarm.diaries)


async def say_nothing(world: World) -> None:
    """Some send messages without anything in them, which the protocol does not know."""
    visitors = await world.visit(10)
    for client in visitors.clients:
        if client.line is not None:
            client.line.send(b"")
    await within(lambda: all(client.over for client in visitors.clients), 5)
    world.note("told otherwise", sum(client.ended_by != "frame.malformed" for client in visitors.clients))


def measure_capacity(threads: int, takes: float) -> Deed:
    """What so many threads of each process could do of what takes so long, if all went well."""

    async def deed(world: World) -> None:
        world.note("capacity", len(world.workers) * threads / takes)

    return deed


# Everything at once -----------------------------------------------------------------------------------------------


def at_random(seconds: float, every: float) -> Deed:
    """For so long, one fault after the other, as the seed has it."""
    choices: list[Deed] = [
        kill_a_worker,
        replace_all_workers,
        freeze_a_worker(3),
        stall_a_loop(1),
        kill_redis(0.5),
        break_redis_links(BLACKHOLE, 2),
        break_redis_links(Mode(delay=0.1, jitter=0.1), 3),
        together(isolate_a_worker(3), again(cut_all_pages, 3, 0.9)),
        forget_redis_links,
        end_subscribers,
        cut_all_pages,
        cut_at_any_byte(20_000, 3),
        vanish,
        stay_away(2),
        hold_pages(2),
    ]

    async def deed(world: World) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        chance = random.Random(f"{world.seed}:order")
        while loop.time() < end:
            await chance.choice(choices)(world)
            await asyncio.sleep(every * chance.random())

    return deed
