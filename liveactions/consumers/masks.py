"""What it costs here to take the mask off a byte: a browser masks all that it sends (RFC 6455, 5.3).

autobahn has C code for it, but not everywhere, and needs a hundred times as long without. So it is measured once.
"""

from __future__ import annotations

from functools import cache
from time import thread_time
from typing import Any

__all__ = ["SWIFT", "autobahns"]

SWIFT = 0.000_000_05
"""Seconds that may be spent on a byte of one large message by a server that takes off masks as fast as it is read."""

SAMPLE = bytes(16_384)

MARGIN = 3
"""So many times as long as was measured, for a process is not always as fast as it can be."""


@cache
def autobahns() -> float:
    """Seconds that autobahn, with which daphne reads, may spend on a byte of one large message."""
    from autobahn.websocket import xormasker  # of daphne: under uvicorn it is not loaded

    mask: Any = xormasker.create_xor_masker(b"mask", len(SAMPLE))  # type: ignore[attr-defined,no-untyped-call]
    began = thread_time()
    mask.process(SAMPLE)
    return max(SWIFT, MARGIN * (thread_time() - began) / len(SAMPLE))
