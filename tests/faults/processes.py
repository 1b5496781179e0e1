"""The processes of a run: Redis with its journal, sentinels, server processes and publishers; each known by its pid."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.documents import ROOT
from tests.servers import HOST, Server, ServerFailed, daphne, free_port

__all__ = [
    "SERVERS",
    "Publisher",
    "Redis",
    "Sentinel",
    "Worker",
    "continued",
    "frozen",
    "renderers",
    "resident",
    "worked",
]

APPLICATION = "tests.faults.site.asgi:application"
SETTINGS = "tests.faults.site.settings"

Environment = Mapping[str, str | None]


class Redis(Server):
    """A Redis that writes everything into a journal in ``folder`` before it answers; or nothing at all.

    It does not wait for the disk, for what ends here is a process and not the machine. Told to (``everysec``), it would
    answer first and write up to two seconds later, where the disk is slow: then a process that is killed loses its end.
    """

    def __init__(self, folder: Path, *, journal: bool = True, replica_of: int = 0) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise ServerFailed("redis-server is not installed. `make test` installs it.")
        folder.mkdir(parents=True, exist_ok=True)
        kept = ["--appendonly", "yes", "--appendfsync", "no"] if journal else ["--appendonly", "no"]
        master = ["--replicaof", HOST, str(replica_of)] if replica_of else []
        command = [program, "--bind", HOST, "--port", "{port}", "--save", "", "--dir", str(folder), *kept, *master]
        super().__init__([*command, "--repl-diskless-sync-delay", "0"], scheme="redis")
        self.folder = folder

    def lose_end(self, size: int) -> None:
        """The last so many bytes of the journal were never written. To be called while it does not run."""
        (latest,) = self.folder.glob("appendonlydir/*.incr.aof")
        os.truncate(latest, max(0, latest.stat().st_size - size))

    async def say(self, *command: str | int) -> Any:
        """What it answers to one command."""
        return await said(self.port, *command)

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[list[str]]:
        """Every command that anybody gives it in the meantime, without those that scripts give."""
        from redis.asyncio import Redis as Client

        said: list[str] = []

        async def listen(monitor: Any) -> None:
            async for each in monitor.listen():
                said.extend([each["command"]] if each["client_type"] != "lua" else [])

        async with Client(host=HOST, port=self.port) as client, client.monitor() as monitor:
            listening = asyncio.create_task(listen(monitor))
            try:
                yield said
            finally:
                listening.cancel()

    async def is_replicated(self, patience: float = 20.0) -> None:
        """Wait until a replica has all that it has."""
        end = time.monotonic() + patience
        while "online" not in str(await self.say("INFO", "replication")):
            if time.monotonic() > end:
                raise TimeoutError(f"No replica has come within {patience:g} s:\n{self.output()}")
            await asyncio.sleep(0.02)

    async def answers(self, patience: float = 20.0) -> float:
        """Wait until it answers; when that was."""
        from redis.exceptions import RedisError

        end = time.monotonic() + patience
        while True:
            try:
                await self.say("PING")
                return time.monotonic()
            except (RedisError, OSError):
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.005)


class Sentinel(Server):
    """A process that watches a master and makes a replica the new one when it is gone."""

    def __init__(self, folder: Path, master: int, down_after: float = 1.0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        conf = folder / "sentinel.conf"
        lines = (
            f"bind {HOST}",
            f"port {port}",
            f"dir {folder}",
            f"sentinel monitor site {HOST} {master} 1",
            f"sentinel down-after-milliseconds site {int(down_after * 1000)}",
            "sentinel failover-timeout site 1000",  # after twice that it tries again, where nobody was fit at first
        )
        conf.write_text("\n".join(lines) + "\n")
        super().__init__([shutil.which("redis-server") or "redis-server", str(conf), "--sentinel"], port)

    @property
    def address(self) -> str:
        """By which the package finds the master."""
        return f"redis+sentinel://{HOST}:{self.port}/0?master_name=site"

    async def knows_a_replica(self, patience: float = 20.0) -> None:
        """Wait until there is one that it would choose. It asks the master when it begins, and then rarely."""
        from redis.asyncio import Redis as Client

        end = time.monotonic() + patience
        async with Client(host=HOST, port=self.port, socket_timeout=2) as client:
            while not await client.execute_command("SENTINEL SLAVES", "site"):
                if time.monotonic() > end:
                    raise TimeoutError(f"It knows no replica after {patience:g} s:\n{self.output()}")
                await asyncio.sleep(0.02)

    async def successor(self, former: int, patience: float = 20.0) -> int:
        """Wait until another than the ``former`` one is the master; its port."""
        end = time.monotonic() + patience
        while (port := await self.master()) == former:
            if time.monotonic() > end:
                raise TimeoutError(f"Nobody has taken over from {former} within {patience:g} s:\n{self.output()}")
            await asyncio.sleep(0.02)
        return port

    async def master(self) -> int:
        """The port of the present master."""
        _, port = await self.say("SENTINEL GET-MASTER-ADDR-BY-NAME", "site")
        return int(port)

    async def say(self, *command: str | int) -> Any:
        """What it answers to one command."""
        return await said(self.port, *command)


async def said(port: int, *command: str | int) -> Any:
    from redis.asyncio import Redis as Client

    async with Client(host=HOST, port=port, socket_timeout=5) as client:
        return await client.execute_command(*command)


def with_daphne(env: Environment) -> Server:
    return daphne(APPLICATION, env=env, cwd=ROOT, options=("-v", "0"))  # as uvicorn: no line for each request


def with_uvicorn(env: Environment) -> Server:
    options = "--host 127.0.0.1 --port {port} --ws-per-message-deflate false --log-level warning".split()
    return Server([sys.executable, "-m", "uvicorn", *options, APPLICATION], env=env, cwd=ROOT)


SERVERS = {"daphne": with_daphne, "uvicorn": with_uvicorn}


class Worker:
    """One server process of the site. It may be killed and started again: the port stays."""

    def __init__(self, kind: str, env: Environment) -> None:
        self.kind = kind
        self.server = SERVERS[kind](env)

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def pid(self) -> int:
        return self.server.pid

    async def start(self) -> None:
        await asyncio.to_thread(self.server.start)

    def kill(self) -> None:
        """``kill -9``."""
        self.server.kill()

    async def stop(self, grace: float = 15.0) -> None:
        """SIGTERM, and wait until it has ended."""
        await asyncio.to_thread(self.server.stop, grace)

    def said(self) -> str:
        return self.server.output()


class Publisher(Server):
    """A process that broadcasts steadily until it is stopped."""

    def __init__(self, number: int, rate: float, said_every: int, size: int, env: Environment) -> None:
        options = [str(number), str(rate), str(said_every), str(size)]
        super().__init__([sys.executable, "-u", "-m", "tests.faults.publisher", *options], env=env, cwd=ROOT)

    def wait_until_it_answers(self, port: int = 0) -> None:
        self.wait_until_it_prints("Publishing.")


def frozen(pid: int) -> None:
    os.killpg(pid, signal.SIGSTOP)


def continued(pid: int) -> None:
    os.killpg(pid, signal.SIGCONT)


def worked(pid: int) -> float:
    """Seconds for which this process has had a processor, until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def renderers() -> list[int]:
    """The processes in which browsers that this process has started show their pages (Linux)."""
    parents: dict[int, int] = {}
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (OSError, IndexError):
            pass  # it has just ended

    def is_ours(pid: int) -> bool:
        while pid in parents and pid != os.getpid():
            pid = parents[pid]
        return pid == os.getpid()

    return [pid for pid in found if is_ours(pid)]


def resident(pid: int) -> float:
    """MiB of memory that a process holds (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
