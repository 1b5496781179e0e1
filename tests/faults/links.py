"""Links in processes of their own: what they pass on takes no time from the pages, and from one another.

``python -m tests.faults.links [--fewest] NAME SEED TARGET …`` prints the port, then takes orders, one line of JSON
each, and says ``done`` to each when it is; it ends when there are no more.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from typing_extensions import Self

from tests.documents import ROOT
from tests.faults.proxy import Link, Mode
from tests.processes import APART

__all__ = ["Outside"]


class Outside:
    """A ``Link`` that runs elsewhere; it is told what to do as one that is here."""

    def __init__(self, name: str, targets: Sequence[int], seed: int = 0, *, fewest: bool = False) -> None:
        self.name = name
        self.seed = seed
        self.options = ["--fewest"] if fewest else []
        self.port = 0
        self.leads_to = list(targets)
        self.process: subprocess.Popen[str] | None = None

    @property
    def targets(self) -> Sequence[int]:
        """Ports that new connections are handed to."""
        return tuple(self.leads_to)

    @targets.setter
    def targets(self, ports: Sequence[int]) -> None:
        self.leads_to = list(ports)
        self.order("lead", ports=self.leads_to)

    def set(self, mode: Mode, *, existing: bool = True, new: bool = True) -> None:
        self.order("set", mode=asdict(mode), existing=existing, new=new)

    def cut(self) -> None:
        self.order("cut")

    def part(self) -> None:
        self.order("part")

    def order(self, what: str, **how: Any) -> None:
        """Have it done, and return when it is."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps([what, how])}\n")
        self.process.stdin.flush()
        self.told()

    def told(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"The link {self.name} has ended."
        return line

    async def __aenter__(self) -> Self:
        self.port = await asyncio.to_thread(self.start)
        return self

    def start(self) -> int:
        """Start the process; the port that it listens on."""
        numbers = map(str, (self.seed, *self.leads_to))
        command = (sys.executable, "-m", __name__, *self.options, self.name, *numbers)
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, **APART)
        return int(self.told())

    async def __aexit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.communicate()


def lead(link: Link, ports: list[int]) -> None:
    link.targets = ports


def put(link: Link, mode: dict[str, Any], *, existing: bool, new: bool) -> None:
    link.set(Mode(**mode), existing=existing, new=new)


ORDERS = {"lead": lead, "set": put, "cut": Link.cut, "part": Link.part}


async def serve(name: str, seed: int, targets: Sequence[int], *, fewest: bool) -> None:
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    async with Link(name, targets, seed, fewest=fewest) as link:
        say(link.port)
        while line := await orders.readline():
            what, how = json.loads(line)
            ORDERS[what](link, **how)
            say("done")


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fewest", action="store_true")
    parser.add_argument("name")
    parser.add_argument("seed", type=int)
    parser.add_argument("targets", type=int, nargs="+")
    asyncio.run(serve(**vars(parser.parse_args())))
