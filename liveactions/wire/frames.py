"""The frames, both directions: plain data whose fields stand in the order of the wire. Nobody changes one.

``str(frame)`` is a log line for people. A frame's class says its kind and its sender; the
specification is ``protocol/README.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias

from liveactions.errors import Refusal

__all__ = [
    "OWN",
    "PAGE_FRAMES",
    "SERVER_FRAMES",
    "Answer",
    "Apply",
    "Bye",
    "Call",
    "Cancel",
    "Frame",
    "Hello",
    "Leave",
    "Mount",
    "Ping",
    "Pong",
    "Resume",
    "Resync",
    "Set",
    "Streams",
    "Unmount",
    "Welcome",
]

OWN: Literal[0] = 0
"""The stream of the page session itself; every other stream is a topic, named by a string."""

# An array of fixed places is a list whose places stand in the annotation; one at the end that may be None may be left
# out. The codec checks what the annotations say; an integer is never negative.
Stream: TypeAlias = Literal[0] | str
PlaceRow: TypeAlias = Annotated[list[Any], (str, int)]
MountRow: TypeAlias = Annotated[list[Any], (str, int)]
ResumeRow: TypeAlias = Annotated[list[Any], (str, int, dict[str, PlaceRow] | None)]
ItemRow: TypeAlias = Annotated[list[Any], (int | None, int)]
RefusalRow: TypeAlias = Annotated[list[Any], (str, str, str, dict[str, Any] | None)]


# Not ``frozen=True``: every call makes one, and it would take several times as long to make.
@dataclass(slots=True)
class Frame:
    """One message. ``kind`` is its first element on the wire."""

    kind: ClassVar[int]

    def __str__(self) -> str:
        shown = (f"{f.name}={shorten(getattr(self, f.name))}" for f in fields(self))
        return f"{type(self).__name__.upper()} {' '.join(shown)}".rstrip()


def shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


# From the page ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Hello(Frame):
    kind: ClassVar[int] = 0
    build: str
    resume: ResumeRow | None = None
    """None, or a ``Resume`` as a list."""
    since: int | None = None
    """The cursor of the log when the page was rendered."""
    programs: bool | None = None
    """Whether the page can apply a ``Patch``; one that cannot is sent whole components."""

    @property
    def asked(self) -> Resume:
        """What a page says that comes back; that of a new one is empty."""
        return Resume(*(self.resume or ("", 0))[:3])


class Resume(NamedTuple):
    """What a page that comes back says: whose it is, what it has applied of stream 0, and of every other stream."""

    token: str
    ack: int
    positions: dict[str, list[Any]] | None = None
    """``{stream: [epoch, offset]}``."""


@dataclass(slots=True)
class Pong(Frame):
    kind: ClassVar[int] = 1
    ack: int
    positions: dict[str, int] | None = None


@dataclass(slots=True)
class Leave(Frame):
    kind: ClassVar[int] = 2


@dataclass(slots=True)
class Mount(Frame):
    kind: ClassVar[int] = 3
    number: int
    ack: int
    mounts: list[MountRow]
    """``[[token, base], …]``."""


@dataclass(slots=True)
class Call(Frame):
    kind: ClassVar[int] = 4
    number: int
    ack: int
    component: int
    action: str
    args: dict[str, Any]
    event: dict[str, Any] | None = None
    flags: dict[str, Any] | None = None


@dataclass(slots=True)
class Set(Frame):
    kind: ClassVar[int] = 5
    number: int
    ack: int
    component: int
    values: dict[str, Any]


@dataclass(slots=True)
class Cancel(Frame):
    kind: ClassVar[int] = 6
    number: int


@dataclass(slots=True)
class Resync(Frame):
    kind: ClassVar[int] = 7
    number: int
    ack: int
    component: int | None = None
    plain: bool | None = None
    """Whether this component is to be sent whole from now on, because patches do not fit it."""


@dataclass(slots=True)
class Unmount(Frame):
    kind: ClassVar[int] = 8
    number: int
    ack: int
    components: list[int]


# From the server -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Welcome(Frame):
    kind: ClassVar[int] = 0
    token: str
    recovered: bool
    offset: int
    number: int
    heartbeat: int
    page: str


@dataclass(slots=True)
class Ping(Frame):
    kind: ClassVar[int] = 1
    offset: int
    positions: dict[str, int] | None = None


@dataclass(slots=True)
class Bye(Frame):
    kind: ClassVar[int] = 2
    code: str
    message: str
    retry_ms: int | None = None


@dataclass(slots=True)
class Apply(Frame):
    kind: ClassVar[int] = 3
    stream: Stream
    offset: int
    items: list[ItemRow]
    call: int | None = None


@dataclass(slots=True)
class Answer(Frame):
    kind: ClassVar[int] = 4
    stream: Stream
    offset: int
    call: int
    items: list[ItemRow]
    refusal: RefusalRow | None = None


@dataclass(slots=True)
class Streams(Frame):
    kind: ClassVar[int] = 5
    stream: Stream
    offset: int
    streams: dict[str, PlaceRow]


PAGE_FRAMES: dict[int, type[Frame]] = {
    frame.kind: frame for frame in (Hello, Pong, Leave, Mount, Call, Set, Cancel, Resync, Unmount)
}
SERVER_FRAMES: dict[int, type[Frame]] = {frame.kind: frame for frame in (Welcome, Ping, Bye, Apply, Answer, Streams)}


def refusal_to_wire(refusal: Refusal) -> list[Any]:
    """``[code, fault, message, detail]``, the detail left out where there is none."""
    array: list[Any] = [refusal.code, refusal.fault, refusal.message]
    return [*array, refusal.detail] if refusal.detail else array
