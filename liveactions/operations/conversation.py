"""From the lines of the logger ``liveactions.frames`` to a conversation that a test can play."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from liveactions.errors import LocalError
from liveactions.wire.frames import OWN, Apply, Streams

__all__ = ["conversation", "tabs_in"]


def tabs_in(lines: Iterable[str]) -> Counter[str]:
    """The pages that were recorded, and how much was said by each and to it."""
    return Counter(line["tab"] for line in read(lines) if line["tab"])


def conversation(lines: Iterable[str], tab: str = "") -> dict[str, Any]:
    """What was said on one page, in the format of ``protocol/conversations``, for ``liveactions.testing.replay``.

    ``tab`` is its id, or the beginning of it; it need not be given if only one was recorded. What somebody else has
    broadcast to the page is a step of its own. Raises ``LocalError`` if it is not clear which page is meant.
    """
    kept = list(lines)
    found = [name for name in tabs_in(kept) if name.startswith(tab)]
    if len(found) != 1:
        said = ", ".join(f"{name} ({count} lines)" for name, count in tabs_in(kept).most_common(10))
        raise LocalError(f"{len(found)} pages fit {tab!r}.", hint=f"Recorded are: {said or 'none'}.")
    steps: list[dict[str, Any]] = []
    mounts: dict[str, Any] = {}
    for line in read(kept):
        if line["tab"] == found[0]:
            mounts |= line.get("mounts", {})
            steps += steps_of(line)
    return {"about": "Recorded.", "settings": {}, "mounts": mounts, "steps": steps}


def read(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The lines that are ours; a log may have others, and something in front of each."""
    for line in lines:
        start = line.find('{"tab"')
        if start >= 0:
            yield json.loads(line[start:])


def steps_of(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "server" not in line:
        yield {name: line[name] for name in ("page", "broadcast") if name in line}
        return
    kind, stream, *rest = line["server"]
    if kind == Apply.kind and stream != OWN:
        yield {"broadcast": {"to": stream, "items": rest[1]}}
        yield {"server": [kind, stream, "{}", *rest[1:]]}
    elif kind == Streams.kind:
        places = {name: [epoch, "{}"] for name, (epoch, _) in rest[1].items()}
        yield {"server": [kind, stream, rest[0], places]}
    else:
        yield {"server": line["server"]}
