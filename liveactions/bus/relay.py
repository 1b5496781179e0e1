"""Questions from one process to another one that is known by name, and their answers, over the channel layer.

Nothing is kept: what is not answered in time has to be asked again, or given up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from liveactions.bus.layer import Layer, in_time
from liveactions.errors import BusUnavailable

__all__ = ["Question", "Relay"]

logger = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds for an answer. Who asks is a request that somebody waits for."""

Question = Mapping[str, Any]


class Relay:
    """One end: asks others, and answers them by ``answer``, which must not wait. Belongs to the running event loop."""

    def __init__(self, layer: Layer, answer: Callable[[Question], Any]) -> None:
        self.layer = layer
        self.answer = answer
        self.name = ""
        self.asked: dict[int, asyncio.Future[Any]] = {}
        self.numbers = count(1)
        self.naming = asyncio.Lock()
        self.task: asyncio.Task[None] | None = None

    async def listen(self) -> str:
        """Be reachable; under which name. Idempotent. Raises ``BusUnavailable``."""
        async with self.naming:
            if not self.name:
                self.name = await self.trying(self.layer.new_channel("live"))
                self.task = asyncio.get_running_loop().create_task(self.hear())
        return self.name

    async def ask(self, name: str, question: Question) -> Any:
        """What the process of that name answers. Raises ``BusUnavailable`` if it does not."""
        number, asked = next(self.numbers), asyncio.get_running_loop().create_future()
        message = {"type": "live.question", "from": await self.listen(), "number": number, "content": question}
        self.asked[number] = asked
        try:
            await self.trying(self.layer.send(name, message))
            return await asyncio.wait_for(asked, PATIENCE)
        except asyncio.TimeoutError:  # not the built-in one before Python 3.11
            raise BusUnavailable("Another process did not answer.", hint="It has ended, or is overloaded.") from None
        finally:
            del self.asked[number]

    async def hear(self) -> None:
        """The receive loop. It survives every error: who is not answered asks again."""
        while True:
            try:
                await self.take(await self.layer.receive(self.name))
            except Exception as error:  # noqa: BLE001  # a layer raises what it likes
                logger.warning("The channel layer failed (%s: %s); listening again.", type(error).__name__, error)
                await asyncio.sleep(0.1)

    async def take(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "live.question":
            answer = {"type": "live.answer", "number": message["number"], "content": self.answer(message["content"])}
            await in_time(self.layer.send(message["from"], answer))
        elif (asked := self.asked.get(message["number"])) is not None and not asked.done():
            asked.set_result(message["content"])

    async def trying(self, work: Any) -> Any:
        try:
            return await in_time(work)
        except Exception as error:
            raise BusUnavailable(
                f"The channel layer did not do its part ({type(error).__name__}).", hint="Check that Redis runs."
            ) from error

    def close(self) -> None:
        if self.task is not None:
            self.task.cancel()
