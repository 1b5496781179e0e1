"""A recorded conversation, played again: what the page said is said to the server, and its answers are compared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from liveactions.bus import abroadcast
from liveactions.http import embed
from liveactions.references import thaw
from liveactions.results import from_wire
from liveactions.results.audience import Audience
from liveactions.testing.errors import PageFailed, TimedOut
from liveactions.testing.live import Live
from liveactions.testing.socket import Socket, scope_of
from liveactions.wire import encode, load, pack
from liveactions.wire.frames import OWN, Hello, Mount, Pong

__all__ = ["replay"]

NAME = re.compile(r"\{(\w*)\}")
TOKEN = re.compile(r'live-token="([^"]+)"')


def replay(path: str | Path, *, user: Any = None, exact: bool = True) -> None:
    """Play a conversation that ``manage.py live conversation`` has written.

    ``user`` is who opens the page. With ``exact`` everything that the server says must be as it was recorded, but for
    what differs in every run (tokens, ids of pages); without, only that each call is answered as it was: done, or
    refused with the same code. Raises ``AssertionError`` naming the step, ``PageFailed`` if the page cannot be made.

    The database must be as it was when the conversation began: that is for the test to see to.
    """
    told = json.loads(Path(path).read_text(encoding="utf-8"))
    with Live() as live:
        Player(live, user, told.get("mounts", {}), exact=exact).play(told["steps"])


class Player:
    """The page's side of a conversation."""

    def __init__(self, live: Live, user: Any, mounts: Mapping[str, Any], *, exact: bool) -> None:
        self.live = live
        self.user = user
        self.mounts = mounts
        self.exact = exact
        self.known: dict[str, str] = {}
        self.socket: Socket | None = None
        self.applied = 0

    def play(self, steps: list[dict[str, Any]]) -> None:
        for number, step in enumerate(steps, 1):
            ((kind, value),) = step.items()
            try:
                PLAYS[kind](self, value)
            except AssertionError as error:
                raise AssertionError(f"Step {number} of {len(steps)} ({kind}): {error}") from None
        self.settle()
        if self.exact and self.now.arrived:
            raise AssertionError(f"The server said more than was recorded: {self.now.arrived[0][0]}")

    def settle(self) -> None:
        """Wait until the server has done what it was asked for."""
        self.live.run(self.now.idle())
        self.live.settle()

    @property
    def now(self) -> Socket:
        if self.socket is None:
            raise PageFailed("The conversation does not begin with a HELLO.")
        return self.socket

    # Steps ----------------------------------------------------------------------------------------------------

    def page(self, line: list[Any]) -> None:
        if line[0] == Hello.kind:
            self.connect()
        if line[0] == Mount.kind:
            self.make_tokens([token for token, _ in line[3]])
        self.live.soon(self.now.push, pack(self.filled(line)))
        self.settle()

    def connect(self) -> None:
        if self.socket is not None:
            self.live.run(self.socket.cut())
        self.socket = self.live.run(self.dial())

    async def dial(self) -> Socket:
        cookies = self.live.browser(self.user).cookie_header()
        return Socket(scope_of("http://testserver/", cookies), lambda: Pong(self.applied))

    def make_tokens(self, names: list[str]) -> None:
        """Components as in one response, so that they have the ids that they had."""
        request = RequestFactory().get("/")
        request.user = self.user or AnonymousUser()
        for name in (found[1] for text in names if (found := NAME.fullmatch(text))):
            if name in self.known:
                continue
            if (mount := self.mounts.get(name)) is None:
                raise PageFailed(f"The conversation does not say what {name} mounts.")
            html = embed(request, mount["component"], thaw(mount["params"]))
            self.known[name] = TOKEN.findall(html)[0]

    def server(self, line: list[Any]) -> None:
        said = self.next()
        if said[1] == OWN and len(said) > 2 and isinstance(said[2], int):
            self.applied = max(self.applied, said[2])
        if self.exact:
            self.same(line, said)
        else:
            self.learn(line, said)
            assert gist(line) == gist(said), f"{gist(line)} was recorded, {gist(said)} was said"

    def next(self) -> list[Any]:
        """The next thing that the server says."""
        try:
            self.live.run(self.now.more())
        except TimedOut:
            raise AssertionError("the server says nothing") from None
        assert self.now.arrived, f"the server has closed the socket ({self.now.code})"
        return load(encode(self.now.arrived.popleft()[0]))  # type: ignore[no-any-return]  # a frame is an array

    def broadcast(self, news: dict[str, Any]) -> None:
        """Somebody else says something."""
        results = [from_wire(with_bytes(self.filled(word))) for _, *word in news.get("items", ())]
        audience, event = Audience(self.text(news["to"])), news.get("event")
        payload = self.filled(news.get("payload", {}))
        self.live.run(abroadcast(audience, *results, event=event, on_commit=False, **payload))
        self.settle()

    # Values that differ in every run --------------------------------------------------------------------------------

    def filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if isinstance(value, dict):
            return with_bytes({self.text(key): self.filled(each) for key, each in value.items()})
        return value

    def text(self, value: str) -> str:
        return NAME.sub(lambda name: self.known.get(name[1], name[0]), value)

    def same(self, expected: Any, said: Any) -> None:
        """Compare, and learn the values of names that were not known yet."""
        if expected == "{}":
            return
        expected = with_bytes(expected)
        if isinstance(expected, list) and isinstance(said, list):
            assert len(expected) == len(said), f"{expected} was recorded, {said} was said"
            for one, other in zip(expected, said, strict=True):
                self.same(one, other)
        elif isinstance(expected, dict) and isinstance(said, dict):
            expected = {self.text(key): each for key, each in expected.items()}
            assert expected.keys() == said.keys(), f"{sorted(expected)} was recorded, {sorted(said)} was said"
            for key in expected:
                self.same(expected[key], said[key])
        elif isinstance(expected, str) and isinstance(said, str):
            self.same_text(expected, said)
        else:
            alike = type(said) is type(expected) and said == expected
            assert alike, f"{expected!r} was recorded, {said!r} was said"

    def same_text(self, expected: str, said: str) -> None:
        new: list[str] = []

        def pattern(name: re.Match[str]) -> str:
            if name[1] in self.known:
                return re.escape(self.known[name[1]])
            if not name[1] or name[1] in new:
                return ".*?"
            new.append(name[1])
            return f"(?P<{name[1]}>.+?)" if name[1].isidentifier() else ".+?"

        parts, end = [], 0
        for name in NAME.finditer(expected):
            parts += [re.escape(expected[end : name.start()]), pattern(name)]
            end = name.end()
        found = re.fullmatch("".join([*parts, re.escape(expected[end:])]), said, re.DOTALL)
        assert found, f"{expected!r} was recorded, {said!r} was said"
        self.known |= found.groupdict()

    def learn(self, expected: Any, said: Any) -> None:
        """What can be learned from something that need not be the same."""
        try:
            self.same(expected, said)
        except AssertionError:
            return


PLAYS: dict[str, Callable[[Player, Any], None]] = {
    "page": Player.page,
    "server": Player.server,
    "broadcast": Player.broadcast,
}


def gist(line: list[Any]) -> list[Any]:
    """Of a frame of the server: its kind; of an answer also the call, and the code of a refusal."""
    answer = line[0] == 4
    return [line[0], line[3] if answer else None, line[5][0] if answer and len(line) > 5 and line[5] else None]


def with_bytes(value: Any) -> Any:
    """``{"$bytes": "00ff"}`` stands for bytes, which JSON has not."""
    if isinstance(value, list):
        return [with_bytes(each) for each in value]
    return bytes.fromhex(value["$bytes"]) if isinstance(value, dict) and value.keys() == {"$bytes"} else value
