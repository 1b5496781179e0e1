"""Writing into a vault, and waiting for what comes of it."""

from __future__ import annotations

import asyncio

from liveactions.errors import BusUnavailable
from liveactions.runtime.ports import Outcome, Vault, Writing

__all__ = ["written"]


async def written(vault: Vault, *writings: Writing) -> list[Outcome]:
    """What became of each. Raises ``BusUnavailable``."""
    future: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()

    def then(outcomes: list[Outcome] | BusUnavailable) -> None:
        if future.done():
            return
        if isinstance(outcomes, BusUnavailable):
            future.set_exception(outcomes)
        else:
            future.set_result(outcomes)

    vault.write(writings, then)
    return await future
