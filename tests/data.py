"""Strategies for what may travel: plain data, results, frames."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from hypothesis import strategies as st

from liveactions.wire.frames import PAGE_FRAMES, SERVER_FRAMES, Frame

__all__ = ["FRAMES", "PLAIN_DATA"]

TEXTS = st.text(max_size=20).filter(lambda text: text not in ("__proto__", "constructor", "prototype"))
COUNTS = st.integers(0, 2**53 - 1)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.binary(max_size=20),
)
PLAIN_DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=20
)
MAPS = st.dictionaries(TEXTS, PLAIN_DATA, max_size=4)
PLACES = st.tuples(TEXTS, COUNTS).map(list)
STREAMS = st.dictionaries(TEXTS, PLACES, max_size=3)
POSITIONS = st.dictionaries(TEXTS, COUNTS, max_size=3)
ITEMS = st.lists(st.tuples(st.none() | COUNTS, COUNTS, PLAIN_DATA).map(list), max_size=3)

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "build": TEXTS,
    "since": st.none() | COUNTS,
    "programs": st.none() | st.booleans(),
    "plain": st.none() | st.booleans(),
    "resume": st.tuples(TEXTS, COUNTS, st.none() | STREAMS).map(list),
    "ack": COUNTS,
    "positions": POSITIONS,
    "number": COUNTS,
    "mounts": st.lists(st.tuples(TEXTS, COUNTS).map(list), max_size=3),
    "component": COUNTS,
    "action": TEXTS,
    "args": MAPS,
    "event": MAPS,
    "flags": MAPS,
    "values": MAPS,
    "components": st.lists(COUNTS, max_size=3),
    "token": TEXTS,
    "recovered": st.booleans(),
    "offset": COUNTS,
    "heartbeat": COUNTS,
    "page": TEXTS,
    "code": TEXTS,
    "message": TEXTS,
    "retry_ms": COUNTS,
    "stream": st.just(0) | TEXTS,
    "items": ITEMS,
    "call": COUNTS,
    "refusal": st.tuples(TEXTS, TEXTS, TEXTS, st.none() | MAPS).map(list),
    "streams": STREAMS,
}


def frames_of(kind: type[Frame]) -> st.SearchStrategy[Frame]:
    """Any frame of this kind; its optional fields are there or not."""
    strategies = (FIELDS[f.name] if f.default is MISSING else st.none() | FIELDS[f.name] for f in fields(kind))
    return st.builds(kind, *strategies)


FRAMES = {
    "page": st.one_of(*map(frames_of, PAGE_FRAMES.values())),
    "server": st.one_of(*map(frames_of, SERVER_FRAMES.values())),
}
