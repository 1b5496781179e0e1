"""What happened, as those saw it to whom it happened: plain data, from which the checker and the figures are made.

Times are seconds of the machine's monotonic clock, which is the same one in every process.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Called", "Delivery", "Diary", "Heard", "History", "Message", "Notice", "Publication", "State", "Typed"]


class Message(NamedTuple):
    """Which piece of news: the ``serial``-th of a publisher."""

    publisher: int
    serial: int

    def __str__(self) -> str:
        return f"{self.publisher}:{self.serial}"


class Publication(NamedTuple):
    """What a publisher knows of one of its messages."""

    message: Message
    began: float
    ended: float
    acknowledged: bool
    """Whether ``broadcast`` returned; if it raised, the message may have been sent or not."""
    digest: int
    """Of its text."""
    said: bool = False
    """Whether components hear of it too."""


class Delivery(NamedTuple):
    """A message as it was applied in a page."""

    epoch: str
    offset: int
    message: Message
    digest: int
    said: bool
    at: float


class Heard:
    """Everything that was delivered to one page, in order; a few bytes each, for there are millions."""

    def __init__(self) -> None:
        self.epochs: list[str] = []
        self.epoch = array("H")
        self.offset = array("q")
        self.message = array("q")
        self.digest = array("L")
        self.at = array("d")

    def add(self, delivery: Delivery) -> None:
        if not self.epochs or self.epochs[-1] != delivery.epoch:
            self.epochs.append(delivery.epoch)
        self.epoch.append(len(self.epochs) - 1)
        self.offset.append(delivery.offset)
        self.message.append(delivery.message.serial << 8 | delivery.message.publisher << 1 | delivery.said)
        self.digest.append(delivery.digest)
        self.at.append(delivery.at)

    def __len__(self) -> int:
        return len(self.offset)

    def __iter__(self) -> Iterator[Delivery]:
        columns = zip(self.epoch, self.offset, self.message, self.digest, self.at, strict=True)
        for epoch, offset, packed, digest, at in columns:
            message = Message(packed >> 1 & 127, packed >> 8)
            yield Delivery(self.epochs[epoch], offset, message, digest, bool(packed & 1), at)


class Notice(NamedTuple):
    """A page was told that it goes on from this place, whatever was before; or (no epoch) that it begins anew."""

    at: float
    epoch: str = ""
    offset: int = 0


class State(NamedTuple):
    """What the component says of itself: how much was done and heard, with a running checksum of each."""

    count: int = 0
    trail: int = 0
    heard: int = 0
    heard_trail: int = 0


@dataclass(slots=True)
class Called:
    """One call of a page. ``outcome`` is empty while it is open, then ``ok`` or the code of the refusal.

    ``shown``: how many calls the component said were done, and their checksum, when this one was answered, if it did.
    """

    call: str
    action: str
    asked: float
    ended: float = 0.0
    outcome: str = ""
    shown: tuple[int, int] | None = None


@dataclass
class Diary:
    """What one page has seen."""

    name: str
    seen: dict[int, int] = field(default_factory=dict)
    """The last message of each publisher that the rendered page knew of already."""
    heard: Heard = field(default_factory=Heard)
    notices: list[Notice] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    """In the order of their numbers."""
    mounted_at: list[int] = field(default_factory=list)
    """How many calls there were each time that the session was lost and the component mounted afresh."""
    state: State | None = None
    """At the end, when nothing was under way any more."""
    lost: list[float] = field(default_factory=list)
    """When its socket was lost, whoever closed it …"""
    changed: list[float] = field(default_factory=list)
    """… those times at which it was asked to change it …"""
    back: list[float] = field(default_factory=list)
    """… and when the page was welcome again."""
    usable: list[float] = field(default_factory=list)
    """When the first call after that was answered."""
    attempts: int = 0
    """How often it has dialled."""
    dismissed: float = 0.0
    """When it was told never to come back; 0: it was not."""
    broken: list[str] = field(default_factory=list)
    """Where the server did what the protocol forbids."""


class Typed(NamedTuple):
    """What a person has typed into a page, and what stands there in the end, with the place of the caret."""

    page: str
    meant: tuple[str, int]
    found: tuple[str, int]


@dataclass
class History:
    """Everything that is known of a run."""

    publications: list[Publication] = field(default_factory=list)
    pages: list[Diary] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    """The call of each effect, from every ledger."""
    typed: list[Typed] = field(default_factory=list)
    unkept: list[tuple[float, float]] = field(default_factory=list)
    """From when to when a page may find its session lost: a process has taken with it what Redis could not be told."""

    @property
    def deliveries(self) -> int:
        return sum(len(page.heard) for page in self.pages)
