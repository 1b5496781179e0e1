"""The page's part of ``protocol/README.md``: what an open page sends, and what it does with what it is told."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from liveactions.conf import conf
from liveactions.errors import Refusal
from liveactions.results import Alert, Confirm, Event, Patch, Result, Shared, Signal, Signals, Whole, from_wire
from liveactions.testing.browser import Opened
from liveactions.testing.connection import Connection, Numbered
from liveactions.testing.controls import Drafts, Key
from liveactions.testing.dialogs import Dialog, Dialogs, choice_of, holds
from liveactions.testing.document import Document
from liveactions.testing.errors import CallRefused, PageFailed
from liveactions.testing.gestures import Request, Write
from liveactions.testing.host import Watch
from liveactions.testing.loads import Loads
from liveactions.testing.performers import NotPerformed, Stage
from liveactions.testing.roots import Root, Roots
from liveactions.testing.signals import Signals as Values
from liveactions.testing.socket import Socket, scope_of
from liveactions.wire import encode
from liveactions.wire.frames import Answer, Apply, Bye, Call, Frame, Mount, Resync, Set, Streams, Unmount, Welcome

__all__ = ["Carrier", "Exchange", "Said"]

T = TypeVar("T")

Answered = bool | None
"""What a gesture says to a question; None: what ``page.confirm`` says."""


class Said(NamedTuple):
    """A result, and the id of the component that speaks (None: no component)."""

    scope: int | None
    result: Result


class Asked(NamedTuple):
    """A gesture's frame that waits for its answer."""

    request: Request | Write
    confirm: Answered
    confirmed: bool = False

    @property
    def sends(self) -> tuple[Key, ...]:
        return self.request.sends


class Carrier(Protocol):
    """What an exchange needs of its ``Live``."""

    watch: Watch

    def settle(self) -> None:
        """Wait until nothing moves on any page."""

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """The outcome of ``work`` on the event loop of the server."""

    def soon(self, function: Callable[..., Any], *args: Any) -> None:
        """Call ``function`` on that loop, without waiting."""


class Exchange:
    """What goes over the socket of one page, in both directions, and what it has come to so far."""

    def __init__(self, carrier: Carrier, opened: Opened) -> None:
        self.carrier = carrier
        self.opened = opened
        self.confirm = True
        self.questions: list[str] = []
        self.connection = Connection()
        self.socket: Socket | None = None
        self.roots = Roots()
        document = Document(opened.html)
        self.stage = Stage(document, Drafts(document), Values(), opened.url, conf().strict_targets)
        self.stage.read_signals()
        self.dialogs = Dialogs()
        self.loads = Loads()
        self.log: list[Said] = []
        self.lines: list[str] = []
        self.asked: dict[int, Asked] = {}
        self.refusals: list[Refusal] = []
        self.refused: list[Refusal] = []
        self.spent: set[str] = set()
        self.down = self.up = 0

    # The socket -----------------------------------------------------------------------------------------------

    @property
    def now(self) -> Socket:
        """The present socket. Raises ``PageFailed`` without one."""
        if self.socket is None:
            raise PageFailed("This page is not connected; page.reconnect() does it.")
        return self.socket

    @property
    def connected(self) -> bool:
        """Whether the page has a socket that is open."""
        return self.socket is not None and self.socket.code is None and not self.socket.task.done()

    def connect(self, expect: str | None = None) -> None:
        """Open the socket, say HELLO and mount what is in the page. Raises ``PageFailed``, ``CallRefused``."""
        self.socket = self.carrier.run(self.dial())
        self.send(self.connection.hello())
        self.carrier.settle()
        if not self.socket.accepted:
            raise PageFailed(
                f"The socket was not let in (closed with {self.socket.code}): see the log of liveactions.security."
            )
        self.complain(expect)

    async def dial(self) -> Socket:
        return Socket(scope_of(self.opened.site, self.opened.cookies()), self.connection.pong)

    def disconnect(self) -> None:
        """Cut the connection. What was on its way is lost with it; what the page does now waits for ``reconnect``."""
        if self.socket is not None:
            self.carrier.run(self.socket.cut())
            self.socket = None

    # What was refused -----------------------------------------------------------------------------------------

    def complain(self, expect: str | None) -> None:
        """Raise ``CallRefused`` for what was refused, unless it was expected; and if what was expected was not."""
        refusals, self.refusals = self.refusals, []
        if expect is not None and expect in (refusal.code for refusal in refusals):
            return
        for refusal in refusals:
            cause = self.carrier.watch.errors[-1] if self.carrier.watch.errors else None
            raise CallRefused(refusal.code, told(refusal), refusal.fault, refusal.detail) from cause
        if expect is not None:
            raise AssertionError(f"The server was to refuse with {expect!r}, but nothing was refused.")

    # From the page --------------------------------------------------------------------------------------------

    def ask(self, request: Request | Write, confirm: Answered) -> None:
        """Send what a gesture leads to, unless the user says no."""
        if isinstance(request, Write):
            self.await_answer(self.number(Set, request.component, request.values), Asked(request, confirm))
        elif request.once in self.spent:
            return
        elif request.question is None or self.agrees(request.question, confirm):
            self.spent |= {request.once} if request.once else set()
            self.call_now(Asked(request, confirm))
        else:
            self.stage.drafts.forget(request.choice)

    def call_now(self, asked: Asked) -> None:
        request = asked.request
        assert isinstance(request, Request)
        flags = {"confirmed": True} if asked.confirmed else None
        frame = self.number(Call, request.component, request.action, request.args, request.event, flags)
        self.await_answer(frame, asked)

    def await_answer(self, frame: Numbered, asked: Asked) -> None:
        self.asked[frame.number] = asked

    def agrees(self, question: str, confirm: Answered) -> bool:
        self.questions.append(question)
        return self.confirm if confirm is None else confirm

    def number(self, frame: type[Numbered], *fields: Any) -> Numbered:
        """Send the next numbered frame; without a socket it waits for one."""
        made = self.connection.numbered(frame, *fields)
        if self.connected:
            self.send(made)
        return made

    def send(self, frame: Frame) -> None:
        data = encode(frame)
        self.up += len(data)
        self.lines.append(f"> {frame}")
        self.carrier.soon(self.now.push, data)

    def mount(self, roots: list[Root]) -> None:
        if roots:
            self.number(Mount, [[root.token, root.base] for root in roots])

    # To the page ----------------------------------------------------------------------------------------------

    def drain(self) -> bool:
        """Take what has arrived; True if there was anything."""
        moved = False
        while self.socket is not None and self.socket.arrived:
            frame, size = self.socket.arrived.popleft()
            self.down += size
            self.lines.append(f"< {frame}")
            TAKERS[type(frame)](self, frame)
            moved = True
        return moved

    def welcome(self, frame: Welcome) -> None:
        if self.connection.welcome(frame):
            self.lose("The session was lost before the answer came; whether it was done is not known.")
            # The HTML has changed since the tokens were made, so what is mounted again is also sent whole.
            self.mount(list(self.roots.known.values()))
            self.number(Resync, None)
        elif frame.recovered:
            for unsent in self.connection.unsent(frame.number):
                self.send(unsent)
        self.tend()

    def apply(self, frame: Apply) -> None:
        if self.connection.is_news(frame):
            asked = self.asked.get(frame.call or 0)
            if asked is not None:
                self.stage.drafts.told(asked.sends)
            self.perform(frame.items, asked)

    def take_answer(self, frame: Answer) -> None:
        if not self.connection.is_news(frame):
            return
        self.connection.answered(frame)
        asked = self.asked.pop(frame.call, None)
        refusal = Refusal(*frame.refusal) if frame.refusal else None
        if refusal is None and asked is not None:
            self.stage.drafts.told(asked.sends)
        self.perform(frame.items, asked)
        if asked is not None and (refusal is not None or isinstance(asked.request, Request)):
            self.stage.drafts.forget(asked.request.choice)
        if refusal is not None:
            self.take_refusal(refusal, asked)

    def take_refusal(self, refusal: Refusal, asked: Asked | None) -> None:
        if refusal.code != "confirm.required" or asked is None or asked.confirmed:
            self.refuse(refusal)
        elif self.agrees(refusal.message, asked.confirm):
            self.call_now(asked._replace(confirmed=True))

    def refuse(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)
        self.refused.append(refusal)

    def streams(self, frame: Streams) -> None:
        if self.connection.is_news(frame):
            self.connection.follow(frame)

    def bye(self, frame: Bye) -> None:
        lost = self.connection.ended(frame)
        for refusal in list(lost.values())[:1] or [Refusal(frame.code, "page", frame.message)]:
            self.refuse(refusal)
        self.asked.clear()

    def lose(self, message: str) -> None:
        for _ in self.asked:
            self.refuse(Refusal("call.lost", "network", message))
        self.asked.clear()

    def perform(self, items: list[Any], asked: Asked | None = None) -> None:
        """Perform the items of a frame in order; then mount what they brought, and unmount what they took."""
        self.play([Said(scope, from_wire(wire)) for scope, *wire in items], None if asked is None else asked.confirm)
        self.tend()

    def play(self, said: Sequence[Said], confirm: Answered = None) -> None:
        """Perform results until one ends it; what waits for the user is kept, unless the gesture has said an answer."""
        for index, each in enumerate(said):
            if not self.show(each) or each.result.terminal:
                return
            if isinstance(each.result, Event) and each.result.name == "live:answered":
                self.withdraw(each.result.payload["token"])
            following, self.stage.following = self.stage.following, []
            self.play([Said(each.scope, result) for result in following], confirm)
            if isinstance(each.result, Alert | Confirm):
                rest = said[index + 1 :] if holds(each.result) else []
                self.play([late for late in rest if is_truth(late)])
                self.put(Dialog(each.scope, each.result, [late for late in rest if not is_truth(late)]), confirm)
                if rest:
                    return

    def put(self, dialog: Dialog, confirm: Answered) -> None:
        """Show a dialog. A gesture that has said what the user agrees to has answered its question."""
        self.dialogs.open.append(dialog)
        if isinstance(dialog.word, Confirm):
            self.questions.append(dialog.word.message)
            if confirm is not None:
                self.give(dialog, choice_of(dialog.word, agreed=confirm))

    def give(self, dialog: Dialog, choice: str = "ok") -> None:
        """The user has chosen."""
        if dialog in self.dialogs.open:
            self.dialogs.open.remove(dialog)
        if isinstance(dialog.word, Confirm) and dialog.word.token:
            args = {"token": dialog.word.token, "choice": choice}
            self.call_now(Asked(Request(dialog.scope or 0, "@answer", args), None))
        self.play([Said(*each) for each in dialog.follows(choice)])
        self.tend()

    def withdraw(self, token: str) -> None:
        """A question is open no longer; what has waited for its answer goes on."""
        dialog = self.dialogs.withdraw(token)
        if dialog is not None:
            self.play([Said(*each) for each in dialog.rest])

    def show(self, said: Said) -> bool:
        """Perform one result. False if what follows is not to be performed."""
        self.log.append(said)
        try:
            self.stage.perform(said.result, said.scope)
        except NotPerformed as error:
            self.refuse(Refusal("target.missing", "application", str(error)))
            return False
        return True

    def tend(self) -> None:
        if gone := self.roots.gone(self.stage.document):
            self.number(Unmount, gone)
        self.mount(self.roots.discover(self.stage.document))
        missing, self.stage.missing = self.stage.missing, []
        for component_id in missing:
            self.number(Resync, component_id)
        again, self.stage.again = self.stage.again, []
        wanted, self.stage.wanted = self.stage.wanted, []
        for request in [*wanted, *self.loads.requests(self.stage.document, again)]:
            self.ask(request, None)


TAKERS: dict[type[Frame], Callable[[Exchange, Any], None]] = {
    Welcome: Exchange.welcome,
    Apply: Exchange.apply,
    Answer: Exchange.take_answer,
    Streams: Exchange.streams,
    Bye: Exchange.bye,
}


def is_truth(said: Said) -> bool:
    """Whether it says how a component is now: performed at once, since what comes later builds upon it."""
    return isinstance(said.result, Whole | Patch | Shared | Signal | Signals)


def told(refusal: Refusal) -> str:
    """The message of a refusal, with the reasons of each refused mount."""
    tokens = (refusal.detail or {}).get("tokens")
    if not isinstance(tokens, dict):
        return refusal.message
    return " ".join([refusal.message, *(": ".join(map(str, reason)) for reason in tokens.values())])
