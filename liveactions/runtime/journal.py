"""What pages are told, readable in the log: one line for each result, at level DEBUG of ``liveactions.results``."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from reprlib import Repr
from typing import Any

from liveactions.results import Confirm, Download, Reference, Result
from liveactions.runtime.forest import Forest

__all__ = ["hear", "hearers", "note", "note_broadcast", "readable"]

logger = logging.getLogger("liveactions.results")

LONGEST = 1000
"""Characters of a line that are for the result."""

HIDDEN: dict[type[Result], frozenset[str]] = {
    Reference: frozenset({"token"}),
    Confirm: frozenset({"token"}),
    Download: frozenset({"url"}),
}
"""Fields by which whoever reads the log could do what only the page may."""

TOKEN = re.compile(r"""((?:live-token|csrfmiddlewaretoken["'] value)=["'])[^"']*""")
"""The same in markup."""


def note(components: Forest, items: Sequence[tuple[int | None, Result]], call: int | None = None) -> None:
    """Write down what one frame tells the page of these components. Does nothing unless somebody wants to read it."""
    if not logger.isEnabledFor(logging.DEBUG):
        return
    for scope, result in items:
        node = components.nodes.get(scope or 0)
        name = node.name if node else "-"
        logger.debug("Page %s, component %s, call %s: %s", components.page, name, call or "-", readable(result))


hearers: list[Callable[[str, str, str, Mapping[str, Any]], None]] = []
"""Who else wants to know of server-side events: given page, stream, event and payload."""


def hear(page: str, stream: str, event: str, payload: Mapping[str, Any]) -> None:
    """The page session with this id hears a server-side event now."""
    for hearer in hearers:
        hearer(page, stream, event, payload)


def note_broadcast(audience: str, results: Sequence[Result]) -> None:
    """The same for what is told to others. Does nothing unless somebody wants to read it."""
    if not logger.isEnabledFor(logging.DEBUG):
        return
    for result in results:
        logger.debug("For %s: %s", audience, readable(result))


def readable(result: Result) -> str:
    """A result in one line: without the contents of files, without tokens, long texts cut in the middle."""
    line = READER.repr(result)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


class Reader(Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 200
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = 12

    def repr_str(self, x: str, level: int) -> str:
        return super().repr_str(TOKEN.sub(r"\1…", x) if "token" in x else x, level)

    def repr_bytes(self, x: bytes, _: int) -> str:
        return f"<{len(x)} bytes>"

    def repr_instance(self, x: Any, level: int) -> str:
        return self.repr_result(x, level) if isinstance(x, Result) else super().repr_instance(x, level)

    def repr_result(self, result: Result, level: int) -> str:
        """The word and the fields that say something; those with their default say nothing."""
        if level <= 0:
            return f"{type(result).__name__}(…)"
        hidden = HIDDEN.get(type(result), frozenset())
        told = []
        for field in fields(result):
            value = getattr(result, field.name)
            default = field.default if field.default_factory is MISSING else field.default_factory()
            if default is MISSING or value != default:
                told.append(f"{field.name}={'…' if field.name in hidden else self.repr1(value, level - 1)}")
        return f"{type(result).__name__}({', '.join(told)})"


READER = Reader()
