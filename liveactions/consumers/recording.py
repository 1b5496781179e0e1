"""What pages and server say to each other, readable: JSON lines in the logger ``liveactions.frames``, at level DEBUG.

Each line has the page it is about (``tab``) and a step as in ``protocol/conversations``::

    {"tab": "kX…", "page": [4, 2, 3, 1, "increment", {"by": 2}]}
    {"tab": "kX…", "server": [4, 0, 4, 2, [[1, 12, "<p live-id=\\"1\\">2</p>"]]]}

Nothing by which a reader could do what only the page may: tokens are names in braces, the same for the same token, and
what is sent as a password or the like is not told. ``manage.py live conversation`` makes a test of it.
"""

from __future__ import annotations

import json
import logging
import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from liveactions.errors import LiveActionsError
from liveactions.results import plain
from liveactions.runtime import journal
from liveactions.signing import parameters_of
from liveactions.wire import load
from liveactions.wire.frames import Call, Hello, Mount, Ping, Pong, Set, Streams, Welcome

__all__ = ["Recorder", "recorder"]

logger = logging.getLogger("liveactions.frames")

SEALED = re.compile(
    r"\.?[A-Za-z0-9_-]{4,}:[A-Za-z0-9]{5,8}:[A-Za-z0-9_-]{43}"  # what Django's signing makes
    r"|(?<=files/)[A-Za-z0-9_-]{16,}"  # the address of a file
    r'|(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]+'
)
SECRET = re.compile(r"passw|secret|token|otp|pin\b|cvv|card", re.IGNORECASE)
"""In the name of an argument or a field."""

MAX_TABS = 1000


class Names:
    """The names of what differs in every run, by its real value; of one tab, over all its sockets."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.mounts = 0
        self.others = 0

    def give(self, value: str, name: str) -> str:
        """The name of ``value`` in braces; the first one that it was given."""
        return "{" + self.known.setdefault(value, name) + "}"

    def sealed(self, value: str) -> str:
        if value not in self.known:
            self.others += 1
        return self.give(value, f"sealed{self.others}")

    def text(self, value: str) -> str:
        for real, name in sorted(self.known.items(), key=lambda each: -len(each[0])):  # a token begins with its page
            if real in value:
                value = value.replace(real, "{" + name + "}")
        return SEALED.sub(lambda found: self.sealed(found[0]), value)


tabs: OrderedDict[str, Names] = OrderedDict()


def recorder() -> Recorder | None:
    """A recorder for a new connection, if somebody wants to read what it writes."""
    return Recorder() if logger.isEnabledFor(logging.DEBUG) else None


class Recorder:
    """Writes down one connection. What is said before the page has a name is kept until then."""

    def __init__(self) -> None:
        self.tab = ""
        self.names = Names()
        self.hello: list[Any] | None = None

    def page(self, data: bytes) -> None:
        """The page has said this, and it was a frame."""
        array = load(data)
        if array[0] == Hello.kind:
            self.hello = array
        elif array[0] != Pong.kind:
            self.write(**self.line_of_page(array))

    def server(self, data: bytes) -> None:
        array = load(data)
        if array[0] == Welcome.kind:
            self.welcome(array)
        elif array[0] != Ping.kind:
            self.write(server=self.line_of_server(array))

    def welcome(self, array: list[Any]) -> None:
        _, token, *_, tab = array
        self.tab, self.names = tab, tabs.setdefault(tab, self.names)
        tabs.move_to_end(tab)
        while len(tabs) > MAX_TABS:
            tabs.popitem(last=False)
        if self.hello is not None:
            self.write(page=self.line_of_hello(self.hello))
            self.hello = None
        self.names.give(tab, "page")
        self.names.give(token, f"token{len(self.names.known)}")
        self.write(server=self.told(array))

    def line_of_hello(self, array: list[Any]) -> list[Any]:
        kind, build, resume, _, programs = (*array, None, None, None)[:5]
        if resume:
            self.names.give(resume[0], "lost")
        return trimmed([kind, build, self.told(resume), None, programs])

    def line_of_page(self, array: list[Any]) -> dict[str, Any]:
        kind = array[0]
        if kind == Mount.kind:
            return self.line_of_mount(array)
        secret = {Call.kind: 5, Set.kind: 4}.get(kind)
        line = [hidden(each) if place == secret else each for place, each in enumerate(array)]
        return {"page": self.told(line)}

    def line_of_mount(self, array: list[Any]) -> dict[str, Any]:
        """With what a test needs to make such tokens of its own."""
        made = {}
        for token, _ in array[3]:
            if token in self.names.known:
                continue  # a component that the server has sent
            self.names.mounts += 1
            name = f"mount{self.names.mounts}"
            self.names.give(token, name)
            if (found := mounted(token)) is not None:
                made[name] = found
        return {"page": self.told(array), **({"mounts": made} if made else {})}

    def line_of_server(self, array: list[Any]) -> list[Any]:
        if array[0] == Streams.kind:
            for epoch, _ in array[3].values():
                self.names.give(epoch, f"epoch{len(self.names.known)}")
        return self.told(array)  # type: ignore[no-any-return]  # a list stays one

    def told(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.names.text(value)
        if isinstance(value, bytes):
            return {"$bytes": value.hex()}
        if isinstance(value, list):
            return [self.told(each) for each in value]
        if isinstance(value, dict):
            return {self.names.text(key): self.told(each) for key, each in value.items()}
        return value

    def write(self, **step: Any) -> None:
        logger.debug("%s", json.dumps({"tab": self.tab, **step}, ensure_ascii=False))


def heard(page_id: str, stream: str, event: str, payload: Mapping[str, Any]) -> None:
    """A page has heard a server-side event. Called by the runtime."""
    if page_id in tabs and logger.isEnabledFor(logging.DEBUG):
        told = Recorder()
        told.tab, told.names = page_id, tabs[page_id]
        told.write(broadcast=told.told({"to": stream, "event": event, "payload": plain(dict(payload))}))


journal.hearers.append(heard)


def mounted(token: str) -> dict[str, Any] | None:
    """Which component a mount token is for, under which id and with which parameters."""
    try:
        name, number, params = parameters_of(token)
    except LiveActionsError:
        return None
    return {"component": name, "id": number, "params": hidden(params)}


def hidden(value: Any) -> Any:
    """The same without what is told in confidence."""
    if not isinstance(value, dict):
        return value
    return {name: "…" if SECRET.search(str(name)) else hidden(each) for name, each in value.items()}


def trimmed(array: list[Any]) -> list[Any]:
    return trimmed(array[:-1]) if array[-1] is None else array
