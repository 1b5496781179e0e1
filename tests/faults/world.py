"""A site under load, all of it real: Redis, server processes, links between them, publishers, pages, people."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from typing_extensions import Self

from tests.documents import ROOT
from tests.faults import ledger
from tests.faults.browsers import Person, people
from tests.faults.history import History
from tests.faults.links import Outside
from tests.faults.processes import SETTINGS, Publisher, Redis, Sentinel, Worker, resident, worked
from tests.faults.proxy import HOST, OK, Mode
from tests.faults.publisher import published
from tests.faults.swarm import Client, Load, Swarm, within
from tests.faults.tab import Tab
from tests.processes import changed, python
from tests.servers import Server

__all__ = ["Plan", "World"]

UNTOLD = 6.0
"""Seconds after it began to be away for which Redis may not know what processes know …"""

FOUND = 10.0
"""… and seconds within which pages find out that one of these was lost."""


@dataclass(frozen=True)
class Plan:
    """What a world is made of."""

    load: Load = field(default_factory=Load)
    servers: Sequence[str] = ("daphne", "uvicorn")
    """The kind of each server process."""
    journal: bool = True
    """Whether Redis keeps what it has over a restart."""
    replica: bool = False
    """Whether Redis has a replica and a sentinel."""
    other: bool = False
    """Whether there is another Redis, which is empty."""
    sentinels: bool = False
    """Whether processes ask the sentinel where Redis is; otherwise their address follows the master."""
    presence: bool = False
    """Whether pages see who is there."""
    people: int = 0
    """Real browsers."""
    signed_in: int = 0
    """In how many browsers somebody has signed in; each has as many of the pages as the others. 0: nobody has."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Further ``LIVEACTIONS``."""
    network: Mode = OK
    """What is between pages and servers from the beginning."""
    clocks: Sequence[float] = ()
    """By how many seconds the clock of each server process is ahead."""
    fewest: bool = False
    """Whether connections are handed to the process that has the fewest, as sites are advised to, and not in turn, so
    that pages come to other processes."""
    make: Callable[..., Tab] = Tab
    planted: str = ""


class World:
    """``async with World(plan, seed) as world``: everything runs, every page is open and has been mounted."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan = plan
        self.seed = seed
        self.chance = random.Random(f"{seed}:faults")
        self.stack = AsyncExitStack()
        self.marks: defaultdict[str, list[float]] = defaultdict(list)
        self.workers: list[Worker] = []
        self.lines: list[Outside] = []
        """Of each server process to Redis, and last that of the publishers."""
        self.publishers: list[Publisher] = []
        self.people: list[Person] = []
        self.memory: dict[int, float] = {}
        self.measured: defaultdict[str, list[float]] = defaultdict(list)
        self.aside: set[str] = set()
        """The pages that something was done to."""
        self.queries = 0

    def mark(self, name: str) -> None:
        """Something happens now that times are measured from."""
        self.marks[name].append(time.monotonic())

    def note(self, figure: str, value: float) -> None:
        """This was measured."""
        self.measured[figure].append(value)

    # Making it ----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        try:
            await self.begin()
        except BaseException:
            await self.stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stack.aclose()

    async def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="faults-"))
        self.stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        shutil.copy(await asyncio.to_thread(database), self.folder / "effects.sqlite3")
        await self.begin_redis()
        for number, kind in enumerate(self.plan.servers):
            line = await self.line(f"redis-{number}")
            self.workers.append(Worker(kind, {**self.env(line), **self.clock(number)}))
        await self.prepare_publishers()
        servers = [*(worker.server for worker in self.workers), *self.publishers]
        await asyncio.gather(*(self.started(server) for server in servers))
        self.balancer = await self.stack.enter_async_context(
            Outside("balancer", [worker.port for worker in self.workers], self.seed, fewest=self.plan.fewest)
        )
        headers = await self.visitors()
        self.balancer.set(self.plan.network)
        self.swarm = Swarm(f"http://{HOST}:{self.balancer.port}", self.seed, self.plan.make, headers)
        self.stack.push_async_callback(self.swarm.close)
        await self.swarm.open(self.plan.load.pages)
        if self.plan.people:
            self.people = await self.stack.enter_async_context(people(self.swarm.url, self.plan.people))
        self.memory = self.resident()
        self.queries_before = await self.all_queries()

    async def begin_redis(self) -> None:
        self.redis = Redis(self.folder / "redis", journal=self.plan.journal)
        await self.started(self.redis)
        if self.plan.other:
            self.other = Redis(self.folder / "other", journal=False)
            await self.started(self.other)
        if self.plan.replica:
            self.replica = Redis(self.folder / "replica", journal=self.plan.journal, replica_of=self.redis.port)
            await self.started(self.replica)
            await self.redis.is_replicated()
            self.sentinel = Sentinel(self.folder / "sentinel", self.redis.port)
            await self.started(self.sentinel)
            await self.sentinel.knows_a_replica()

    async def line(self, name: str) -> Outside:
        line = await self.stack.enter_async_context(Outside(name, [self.redis.port], self.seed))
        self.lines.append(line)
        return line

    async def prepare_publishers(self) -> None:
        load, line = self.plan.load, await self.line("redis-publishers")
        count = load.publishers if load.news else 0
        for number in range(1, count + 1):
            env = self.env(line)
            self.publishers.append(Publisher(number, load.news / count, load.said_every, load.size, env))

    async def started(self, server: Server) -> None:
        """Start a process that ends with this world."""
        await asyncio.to_thread(server.start)
        self.stack.callback(ended, server)

    def env(self, line: Outside) -> dict[str, str | None]:
        return {
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "PYTHONPATH": str(ROOT),
            "REDIS_URL": self.sentinel.address if self.plan.sentinels else f"redis://{HOST}:{line.port}/0",
            "FAULTS_FOLDER": str(self.folder),
            "FAULTS_PLANTED": self.plan.planted,
            "FAULTS_DOORBELL": self.redis.url if self.plan.other else "",
            "FAULTS_PRESENCE": "1" if self.plan.presence else "0",
            "FAULTS_SETTINGS": json.dumps(dict(self.plan.settings)),
        }

    def clock(self, number: int) -> dict[str, str | None]:
        """The environment of a process with a clock of its own, which ``set_clock`` changes."""
        if not self.plan.clocks:
            return {}
        self.set_clock(number, self.plan.clocks[number])
        return {"FAULTS_CLOCK": str(self.folder / f"clock-{number}")}

    def set_clock(self, number: int, seconds: float) -> None:
        """From now on the clock of this server process is ahead by so much."""
        (self.folder / f"clock-{number}").write_text(f"{seconds:12.0f}")

    async def visitors(self) -> Sequence[Mapping[str, str]]:
        """The headers of the pages of each browser."""
        if not self.plan.signed_in:
            return ({},)
        env = {**self.env(self.lines[0]), "REDIS_URL": self.redis.url}
        code = SIGN_IN.replace("COUNT", str(self.plan.signed_in))
        printed = await asyncio.to_thread(python, "-c", code, cwd=ROOT, env=changed(env))
        return [{"Cookie": f"sessionid={key}"} for key in json.loads(printed.splitlines()[-1])]

    async def visit(self, pages: int, make: Callable[..., Tab] = Tab, by: Outside | None = None) -> Swarm:
        """So many pages more, of which nothing is written into the history. They have a balancer (``by``) and browsers
        of their own, where there are such.
        """
        headers = self.swarm.headers[len(self.swarm.clients) :] or self.swarm.headers
        visitors = Swarm(f"http://{HOST}:{(by or self.balancer).port}", self.seed, make, headers)
        self.stack.push_async_callback(visitors.close)
        await visitors.open(pages)
        return visitors

    # Ending it ----------------------------------------------------------------------------------------------

    async def end_publishers(self) -> None:
        await asyncio.gather(*(asyncio.to_thread(publisher.stop) for publisher in self.publishers))

    async def heard_out(self, patience: float) -> bool:
        """Wait until every page has heard what was said last, or was told that it will not."""
        last = {each.message.publisher: each for each in published(self.folder) if each.acknowledged}

        def heard(client: Client) -> bool:
            latest, notices = client.tab.latest, client.diary.notices
            told = notices[-1].at if notices else 0.0
            return client.over or all(
                latest.get(number, 0) >= each.message.serial or told > each.ended for number, each in last.items()
            )

        return await within(lambda: all(map(heard, self.swarm.clients)), patience)

    async def history(self) -> History:
        """What everybody has written down."""
        typed = [await person.look() for person in self.people]
        return History(
            publications=list(published(self.folder)),
            pages=[*self.swarm.diaries, *(person.diary for person in self.people)],
            effects=ledger.effects(self.folder),
            typed=typed,
            unkept=[
                (lost, lost + FOUND)
                for lost in self.marks["process lost"]
                if any(away < lost < away + UNTOLD for away in self.marks["redis away"])
            ],
        )

    # Looking at it ------------------------------------------------------------------------------------------

    def resident(self) -> dict[int, float]:
        """MiB of each server process that runs, by its pid."""
        return {worker.pid: resident(worker.pid) for worker in self.workers if worker.server.process is not None}

    def worked(self) -> float:
        """Seconds for which the server processes that run have had a processor, all together."""
        return sum(worked(worker.pid) for worker in self.workers if worker.server.process is not None)

    def growth(self) -> float:
        """MiB by which the server process that has grown most has grown, of those that ran all the time."""
        now = self.resident()
        return max((now[pid] - before for pid, before in self.memory.items() if pid in now), default=0.0)

    async def all_queries(self) -> int:
        """Queries to the database, of all server processes since they were started."""
        return await self.of_all("queries")

    async def of_all(self, figure: str) -> int:
        """What the server processes say of themselves, together: ``queries``, ``tasks``, ``sockets`` or ``present``."""
        return int(sum(each[figure] for each in await self.asked("figures")))

    async def late(self) -> Mapping[str, float]:
        """For how many seconds the event loop of any server process was ``late`` at most since this was asked last, and
        for how many of these it was ``stalled`` by its own work. It is looked at from the first time on."""
        every = await self.asked("late")
        return {figure: max(each[figure] for each in every) for figure in ("late", "stalled")}

    async def asked(self, what: str) -> Sequence[Mapping[str, float]]:
        """What each server process that runs says at this path."""
        running = [worker for worker in self.workers if worker.server.process is not None]
        return await asyncio.gather(*(asyncio.to_thread(said_at, worker, what) for worker in running))

    def all_memory(self) -> float:
        """MiB of all server processes together."""
        return sum(self.resident().values())


def said_at(worker: Worker, what: str) -> dict[str, float]:
    with urlopen(f"{worker.server.url}/{what}/", timeout=20) as response:
        told: dict[str, float] = json.loads(response.read())
        return told


def ended(server: Server) -> None:
    """End a process that may have been ended before, or frozen."""
    server.kill()
    server.log.unlink(missing_ok=True)


SIGN_IN = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
keys = []
for number in range(COUNT):
    user = User.objects.create_user(f"user{number}")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    keys.append(session.session_key)
print(json.dumps(keys))
"""


@lru_cache(maxsize=1)
def database() -> Path:
    """An empty database of the site, made once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="faults-database-"))
    env = {"DJANGO_SETTINGS_MODULE": SETTINGS, "FAULTS_FOLDER": str(folder), "REDIS_URL": None, "PYTHONPATH": str(ROOT)}
    python("-m", "django", "migrate", "--run-syncdb", "--skip-checks", cwd=ROOT, env=changed(env))
    return folder / "effects.sqlite3"
