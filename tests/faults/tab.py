"""One page as ``protocol/README.md`` describes it, without I/O, and nothing of the package imported.

It applies news and answers, keeps its numbers over any number of sockets, and writes everything into its diary.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import msgpack

from tests.faults.history import Called, Delivery, Diary, Message, Notice, State

__all__ = ["NEWS", "STREAMS", "WELCOME", "Bye", "Tab"]

HELLO, PONG, LEAVE, MOUNT, CALL, SET, CANCEL, RESYNC, UNMOUNT = range(9)
WELCOME, PING, BYE, APPLY, ANSWER, STREAMS = range(6)
EVENT, WHOLE = 3, 12

NEWS = "news"
OWN = 0

TOKEN = re.compile(r'live-id="(\d+)"[^>]* live-token="([^"]+)"')
SEEN = re.compile(r'data-seen="([^"]*)"')
TILL = re.compile(r'data-till="(\d+) (\d+) (\d+) (\d+)"')


class Bye(Exception):
    """The server ends the connection: its code, and after how many milliseconds to come back (None: never)."""

    def __init__(self, code: str, retry_ms: int | None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_ms = retry_ms


class Tab:
    """A page that was rendered as ``html``. ``now`` is its clock."""

    build = "faults"
    """The version of its client."""

    def __init__(self, name: str, html: str, now: Callable[[], float]) -> None:
        self.diary = Diary(name)
        self.now = now
        found = TOKEN.search(html)
        assert found is not None, html
        self.component, self.mount_token = int(found[1]), found[2]
        self.see(html)
        self.token = ""
        self.heartbeat = 10.0
        self.awaits_use = False
        self.latest: dict[int, int] = {}
        """The last message of each publisher that was heard."""
        self.forget()

    def forget(self) -> None:
        """The session is lost: count anew."""
        self.number = self.ack = 0
        self.streams: dict[str, list[Any]] = {}
        self.open: dict[int, tuple[list[Any], Called | None]] = {}
        self.resyncing = False

    @property
    def settled(self) -> bool:
        """Whether nothing waits for an answer."""
        return not self.open

    def see(self, html: str) -> None:
        """What the component shows of the data; a mount that came too late for its state shows newer ones."""
        found = SEEN.search(html)
        assert found is not None, html
        pairs = [pair.split(":") for pair in found[1].split(",") if pair]
        self.diary.seen = {int(publisher): int(serial) for publisher, serial in pairs}

    # What the page says ---------------------------------------------------------------------------------------

    def leave(self) -> bytes:
        """It is left for good."""
        return packed([LEAVE])

    def hello(self) -> bytes:
        known = {name: place for name, place in self.streams.items() if place[0]}
        return packed([HELLO, self.build, [self.token, self.ack, known] if self.token else None])

    def mount(self) -> bytes:
        return self.numbered(MOUNT, [[self.mount_token, 0]])

    def resync(self) -> bytes:
        return self.numbered(RESYNC, None)

    def call(self, called: Called, args: dict[str, Any]) -> bytes:
        """Ask for an action. It is asked again over the next socket if this one does not take it."""
        self.diary.calls.append(called)
        return self.numbered(CALL, self.component, called.action, args, called=called)

    def numbered(self, kind: int, *fields: Any, called: Called | None = None) -> bytes:
        self.number += 1
        frame = [kind, self.number, self.ack, *fields]
        self.open[self.number] = (frame, called)
        return packed(frame)

    def again(self, taken: int) -> Iterable[bytes]:
        """After a resume: what the server has not taken yet."""
        for number, (frame, _) in self.open.items():
            if number > taken:
                frame[2] = self.ack
                yield packed(frame)

    def drop_too_large(self, limit: int = 65_536) -> None:
        """The server takes no frames as large as some are: their numbers are used for nothing."""
        for number, (frame, called) in self.open.items():
            if called is not None and len(packed(frame)) > limit:
                called.outcome, called.ended = "frame.too_large", self.now()
                self.open[number] = ([UNMOUNT, number, self.ack, []], None)

    def dismiss(self) -> None:
        """It may never come back: of what is open it will not be known whether it was done."""
        self.diary.dismissed = self.now()
        for _, called in self.open.values():
            if called is not None:
                called.outcome, called.ended = "call.lost", self.now()
        self.open.clear()

    # What the server says -------------------------------------------------------------------------------------

    def take(self, data: bytes) -> list[bytes]:
        """Apply one frame; what is to be said to it. Raises ``Bye``."""
        kind, *fields = msgpack.unpackb(data)
        said: list[bytes] = TAKERS[kind](self, *fields) or []
        return said

    def welcome(self, token: str, recovered: bool, _: int, taken: int, heartbeat: int, *__: Any) -> list[bytes]:
        self.heartbeat = heartbeat / 1000
        returning, self.token = bool(self.token), token
        if returning:
            self.diary.back.append(self.now())
            self.awaits_use = True
        if returning and recovered:
            return list(self.again(taken))
        if not returning:
            return [self.mount()]
        self.lose()
        return [self.mount(), self.resync()]

    def lose(self) -> None:
        """The session was not found: what was open is lost, and the component is mounted afresh."""
        for _, called in self.open.values():
            if called is not None:
                called.outcome, called.ended = "call.lost", self.now()
        self.forget()
        self.diary.notices.append(Notice(self.now()))
        self.diary.mounted_at.append(len(self.diary.calls))

    def ping(self, _: int, positions: dict[str, int] | None = None) -> list[bytes]:
        for stream, offset in (positions or {}).items():
            if (place := self.streams.get(stream)) is not None:
                place[1] = max(place[1], offset)
        return [packed([PONG, self.ack])]

    def bye(self, code: str, _: str = "", retry_ms: int | None = None) -> list[bytes]:
        raise Bye(code, retry_ms)

    def apply(self, stream: Any, offset: int, items: list[Any], *_: Any) -> list[bytes]:
        if stream == OWN:
            if not self.is_next(offset):
                return self.ask_for_all()
        elif not self.is_new(stream, offset):
            return []
        self.perform(stream, offset, items)
        return []

    def answer(
        self, stream: Any, offset: int, number: int, items: list[Any] | None = None, refusal: Any = None
    ) -> list[bytes]:
        if offset <= self.ack:
            return []
        complaint = [] if self.is_next(offset) else self.ask_for_all()
        frame, called = self.open.pop(number, (None, None))
        if frame is None:
            self.diary.broken.append(f"call {number} was answered, though nobody waited for it")
        elif frame[0] == RESYNC and self.resyncing:
            self.resyncing, self.ack, complaint = False, offset, []
        elif frame[0] == MOUNT and refusal:
            self.diary.broken.append(f"the component could not be mounted: {refusal}")
        if called is not None:
            self.end(called, refusal)
        if not self.resyncing:
            before = self.diary.state
            self.perform(stream, offset, items or [])
            if called is not None and self.diary.state is not before:
                called.shown = self.diary.state and self.diary.state[:2]
        return complaint

    def end(self, called: Called, refusal: Any) -> None:
        called.outcome, called.ended = refusal[0] if refusal else "ok", self.now()
        if self.awaits_use:
            self.awaits_use = False
            self.diary.usable.append(called.ended)

    def follow(self, _: Any, offset: int, streams: dict[str, list[Any]]) -> list[bytes]:
        if offset <= self.ack:
            return []
        if not self.is_next(offset):
            return self.ask_for_all()
        known, self.streams = self.streams, {name: list(place) for name, place in streams.items()}
        for name, place in self.streams.items():
            before = known.get(name)
            if before is not None and before[0] in ("", place[0]):
                place[1] = before[1]
        if NEWS in streams and self.diary.heard.epochs[-1:] == [""]:
            self.diary.heard.epochs[-1] = streams[NEWS][0]  # news came before the page was told that it follows them
        if NEWS in known and NEWS in streams:
            self.diary.notices.append(Notice(self.now(), *streams[NEWS]))
        return []

    # Numbers --------------------------------------------------------------------------------------------------

    def is_next(self, offset: int) -> bool:
        """Whether an offset of the page's own stream is the next one. One that was seen before is passed over."""
        if offset == self.ack + 1 and not self.resyncing:
            self.ack = offset
            return True
        return False

    def ask_for_all(self) -> list[bytes]:
        """A hole in the page's own stream, or something seen before."""
        if self.resyncing:
            return []
        self.diary.broken.append(f"a hole in the page's own stream after {self.ack}")
        self.resyncing = True
        return [self.resync()]

    def is_new(self, stream: str, offset: int) -> bool:
        place = self.streams.setdefault(stream, ["", -1])
        if offset <= place[1]:
            return False
        place[1] = offset
        return True

    # Results --------------------------------------------------------------------------------------------------

    def perform(self, stream: Any, offset: int, items: list[Any]) -> None:
        for _, word, *fields in items:
            if word == EVENT and fields[0] == NEWS:
                self.hear(stream, offset, fields[1])
            elif word == WHOLE and (found := TILL.search(fields[0])):
                self.diary.state = State(*map(int, found.groups()))
                self.see(fields[0])

    def hear(self, stream: Any, offset: int, payload: dict[str, Any]) -> None:
        message = Message(payload["publisher"], payload["serial"])
        digest = zlib.crc32(payload["text"].encode())
        epoch = self.streams[stream][0] if stream != OWN else ""
        self.latest[message.publisher] = max(message.serial, self.latest.get(message.publisher, 0))
        self.diary.heard.add(Delivery(epoch, offset, message, digest, payload["said"], self.now()))


def packed(frame: list[Any]) -> bytes:
    return bytes(msgpack.packb(frame))


TAKERS: dict[int, Callable[..., list[bytes] | None]] = {
    WELCOME: Tab.welcome,
    PING: Tab.ping,
    BYE: Tab.bye,
    APPLY: Tab.apply,
    ANSWER: Tab.answer,
    STREAMS: Tab.follow,
}
