"""What is done to a world: one function for each kind of fault."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from tests.faults.processes import Worker, continued, frozen
from tests.faults.proxy import BLACKHOLE, OK, REFUSE, SWALLOW, Mode
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


# Server processes ---------------------------------------------------------------------------------------------


async def kill_a_worker(world: World) -> None:
    """kill -9; it is started again at once, as a supervisor does."""
    worker = world.chance.choice(world.workers)
    world.mark("fault")
    worker.kill()
    await asyncio.sleep(0.1)
    await worker.start()


async def replace_all_workers(world: World) -> None:
    """A rolling deploy: SIGTERM, wait, start, one after the other."""
    for worker in world.workers:
        world.mark("fault")
        await worker.stop()
        await worker.start()


def freeze_a_worker(seconds: float) -> Deed:
    """SIGSTOP: nobody is told, until the balancer notices and sends its pages elsewhere. Later it wakes up."""

    async def deed(world: World) -> None:
        worker = world.chance.choice(world.workers)
        frozen(worker.pid)
        try:
            await asyncio.sleep(min(1.0, seconds / 3))  # calls come to it meanwhile, and wait
            world.mark("fault")
            take_out(world, worker)
            await asyncio.sleep(seconds)
        finally:
            continued(worker.pid)
        await asyncio.sleep(0.5)
        world.balancer.targets.append(worker.port)

    return deed


def take_out(world: World, worker: Worker) -> None:
    """What a balancer does with a server that does not answer."""
    world.balancer.targets.remove(worker.port)
    world.balancer.part()


def stall_a_loop(seconds: float) -> Deed:
    """Somebody's action blocks the event loop of its process."""

    async def deed(world: World) -> None:
        world.chance.choice(world.swarm.clients).ask("stall", {"seconds": seconds})

    return deed


# Redis --------------------------------------------------------------------------------------------------------


def kill_redis(seconds: float, *, lost: bool = False) -> Deed:
    """kill -9, and back after so long, with what it had or (``lost``) without."""

    async def deed(world: World) -> None:
        world.redis.kill()
        await asyncio.sleep(seconds)
        answered = asyncio.create_task(world.redis.answers())
        await asyncio.to_thread(world.redis.start)
        back = await answered
        world.marks["redis back"].append(back)
        if lost:
            world.marks["history lost"].append(back)

    return deed


async def flush_redis(world: World) -> None:
    """Somebody types FLUSHALL."""
    world.mark("history lost")
    await world.redis.say("FLUSHALL")


def break_redis_links(mode: Mode, seconds: float) -> Deed:
    """For so long, this is done to everything between the processes and Redis."""

    async def deed(world: World) -> None:
        for line in world.lines:
            line.set(mode)
        await asyncio.sleep(seconds)
        for line in world.lines:
            line.set(OK)
        world.mark("redis back")

    return deed


async def forget_redis_links(world: World) -> None:
    """The connections to Redis that there are lead nowhere any more, and nobody is told. New ones can be made."""
    for line in world.lines:
        line.set(SWALLOW, new=False)


async def fail_over(world: World) -> None:
    """The master is killed; sentinels make the replica the new one, and the address follows it."""
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


async def end_subscribers(world: World) -> None:
    """Redis closes the connections of its subscribers, as it does with those that read too slowly."""
    await world.redis.say("CLIENT", "KILL", "TYPE", "pubsub")


# The network between pages and servers --------------------------------------------------------------------------


async def cut_all_pages(world: World) -> None:
    """Every page loses its connection in the same instant."""
    world.mark("fault")
    world.balancer.cut()


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
