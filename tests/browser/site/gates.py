"""Gates that actions of this process wait at until a test opens them."""

from __future__ import annotations

import asyncio
from collections import defaultdict

__all__ = ["gate"]

GATES: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)


def gate(name: str) -> asyncio.Event:
    """The gate of this name; there is one."""
    return GATES[name]
