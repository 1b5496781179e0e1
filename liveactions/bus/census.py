"""How many pages each process has, as every process hears from the others: so they can share them.

What a process said counts for a few seconds, so one that dies or hangs is soon not counted on.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from liveactions.bus.register import Register

__all__ = ["LASTS", "Census"]

LASTS = 4.0
"""Seconds for which a count is good, unless its process says another one."""

TOPIC = "=pages"
"""Where they are written in the register. No topic of an application begins like this."""


class Census:
    """The ``Census`` of balancing, for one event loop, in a register that all of them share."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.process = secrets.token_hex(6)

    async def counted(self, pages: int) -> Collection[int]:
        await self.register.write(TOPIC, self.process, b"%d" % pages)
        return [int(count) for count in (await self.register.read(TOPIC)).values()]

    async def leave(self) -> None:
        await self.register.write(TOPIC, self.process, None)
        await self.register.end(self.process)
