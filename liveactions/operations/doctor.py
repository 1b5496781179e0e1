"""``manage.py live doctor``: looks at a deployment from end to end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from liveactions.bus import close_hub
from liveactions.operations.findings import Finding
from liveactions.operations.inside import looks_inside
from liveactions.operations.outside import looks_outside

__all__ = ["examine"]


def examine(url: str = "", *, patience: float | None = None) -> Iterator[Finding]:
    """Everything there is to see: from inside, and through ``url`` if one is given. Never raises."""
    yield from asyncio.run(inside())
    if url:
        yield from looks_outside(url, patience=patience)


async def inside() -> list[Finding]:
    try:
        return [finding async for finding in looks_inside()]
    finally:
        await close_hub()
