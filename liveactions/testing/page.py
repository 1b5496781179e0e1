"""One open page: its HTML, its socket, what a user does with it. Plays the page's part of ``protocol/README.md``."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, Protocol, TypeVar

from liveactions.components import Component, registry
from liveactions.components import declaration as declaration_of
from liveactions.conf import conf
from liveactions.errors import Refusal
from liveactions.results import Error, Event, LoadJS, Notify, Patch, Result, Toast, Whole, from_wire
from liveactions.runtime import Node as ServerNode
from liveactions.runtime import Page as Session
from liveactions.testing.area import Act, Area, Element, Tab
from liveactions.testing.browser import Opened
from liveactions.testing.component import ComponentHandle
from liveactions.testing.connection import Connection, Numbered
from liveactions.testing.controls import Drafts, Key
from liveactions.testing.document import Document
from liveactions.testing.errors import CallRefused, NotFound, PageFailed, TimedOut
from liveactions.testing.gestures import Request, Write
from liveactions.testing.host import Watch
from liveactions.testing.performers import NotPerformed, Stage
from liveactions.testing.roots import Root, Roots
from liveactions.testing.signals import Signals
from liveactions.testing.socket import Socket, scope_of
from liveactions.wire import encode
from liveactions.wire.frames import (
    Answer,
    Apply,
    Bye,
    Call,
    Frame,
    Leave,
    Mount,
    Resync,
    Set,
    Streams,
    Unmount,
    Welcome,
)

__all__ = ["LivePage", "Said", "World"]

T = TypeVar("T")
R = TypeVar("R", bound=Result)

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


class World(Protocol):
    """What a page needs of its ``Live``."""

    watch: Watch

    def settle(self) -> None:
        """Wait until nothing moves on any page."""

    def begin(self) -> None:
        """A gesture begins: what is counted is counted anew."""

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """The outcome of ``work`` on the event loop of the server."""

    def soon(self, function: Callable[..., Any], *args: Any) -> None:
        """Call ``function`` on that loop, without waiting."""

    def session(self, token: str) -> Session | None: ...

    def leave(self, page: LivePage, session: Session | None) -> None:
        """The page is closed: its session ends."""


class LivePage(Area):
    """A tab of a browser, without the browser. Made by ``live.open(…)``.

    ``confirm`` is what the user answers to questions; those that were asked are in ``questions``.
    """

    def __init__(self, world: World, opened: Opened) -> None:
        self.world = world
        self.opened = opened
        self.user = opened.user
        self.confirm = True
        self.questions: list[str] = []
        self.connection = Connection()
        self.socket: Socket | None = None
        self.roots = Roots()
        document = Document(opened.html)
        self.stage = Stage(document, Drafts(document), Signals(), opened.url, conf().strict_targets)
        self.stage.read_signals()
        self.log: list[Said] = []
        self.lines: list[str] = []
        self.asked: dict[int, Asked] = {}
        self.refusals: list[Refusal] = []
        self.refused: list[Refusal] = []
        self.spent: set[str] = set()
        self.down = self.up = 0
        self.left = False

    def __repr__(self) -> str:
        return f"<LivePage {self.stage.url} of {self.user or 'nobody'}>"

    # What an area needs ---------------------------------------------------------------------------------------

    @property
    def tab(self) -> Tab:
        return self

    def node(self) -> None:
        return None

    @property
    def document(self) -> Document:
        return self.stage.document

    @property
    def drafts(self) -> Drafts:
        return self.stage.drafts

    def look(self) -> None:
        """Let everything arrive that is on its way. Raises ``CallRefused`` for what the page asked for by itself."""
        if not self.left:
            self.world.settle()
        self.complain(None)

    def step(self, act: Act, *, confirm: bool | None, expect: str | None) -> list[Result]:
        self.look()
        self.check_open()
        self.world.begin()
        before = len(self.log)
        for request in act():
            self.ask(request, confirm)
        self.world.settle()
        self.complain(expect)
        return [said.result for said in self.log[before:] if not isinstance(said.result, (Patch, Whole))]

    def complain(self, expect: str | None) -> None:
        """Raise ``CallRefused`` for what was refused, unless it was expected; and if what was expected was not."""
        refusals, self.refusals = self.refusals, []
        if expect is not None and expect in (refusal.code for refusal in refusals):
            return
        for refusal in refusals:
            cause = self.world.watch.errors[-1] if self.world.watch.errors else None
            raise CallRefused(refusal.code, told(refusal), refusal.fault, refusal.detail) from cause
        if expect is not None:
            raise AssertionError(f"The server was to refuse with {expect!r}, but nothing was refused.")

    # Reading --------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where the page is: as it was opened, or as ``History`` has left it."""
        self.look()
        return self.stage.url

    @property
    def redirected_to(self) -> str | None:
        """Where ``Redirect`` has sent the page; ``live.open`` goes there."""
        self.look()
        return self.stage.redirected_to

    @property
    def title(self) -> str:
        self.look()
        return self.document.title

    @property
    def results(self) -> list[Said]:
        """Everything the page was told, in order, with the component that spoke; patches too."""
        self.look()
        return list(self.log)

    def got(self, word: type[R]) -> list[R]:
        """The results of one kind, in order: ``page.got(Toast)[-1].level``."""
        return [said.result for said in self.results if isinstance(said.result, word)]

    @property
    def toasts(self) -> list[Any]:
        """The messages of every ``Toast``."""
        return [toast.message for toast in self.got(Toast)]

    @property
    def notifications(self) -> list[str]:
        """The messages of every ``Notify``."""
        return [notify.message for notify in self.got(Notify)]

    @property
    def errors(self) -> list[str]:
        """The messages of every ``Error``."""
        return [error.message for error in self.got(Error)]

    @property
    def events(self) -> list[Event]:
        """Every ``Event``: ``Event("order:moved", {"order": 7}) in page.events``."""
        return self.got(Event)

    @property
    def scripts(self) -> list[str]:
        """The addresses of the modules that ``LoadJS`` has loaded, each once."""
        return list(dict.fromkeys(script.src for script in self.got(LoadJS)))

    @property
    def signals(self) -> dict[str, Any]:
        """The page-wide values: ``page.signals["$unread"]``. Those of a component: ``component(…).signals``."""
        self.look()
        return self.stage.values.page

    @property
    def diagnostics(self) -> list[str]:
        """What a browser would say on its console: targets that were not there."""
        self.look()
        return self.stage.diagnostics

    @property
    def refusal(self) -> Refusal | None:
        """The last refusal, expected or not."""
        self.look()
        return self.refused[-1] if self.refused else None

    @property
    def frames(self) -> list[str]:
        """The frames of both directions as log lines, ``>`` from the page and ``<`` to it, without the heartbeat."""
        self.look()
        return list(self.lines)

    # Counting: since the last gesture, of whatever page -------------------------------------------------------

    @property
    def renders(self) -> int:
        """How many components of this page were rendered since the last gesture."""
        self.look()
        return self.world.watch.renders[self.connection.page]

    @property
    def queries(self) -> list[str]:
        """The SQL that was run since the last gesture, of all pages and of the test itself."""
        self.look()
        return list(self.world.watch.queries)

    @property
    def bytes_down(self) -> int:
        """Bytes of the frames that came since the last gesture."""
        self.look()
        return self.down

    @property
    def bytes_up(self) -> int:
        """Bytes of the frames that the page has sent since the last gesture began."""
        self.look()
        return self.up

    # Components -----------------------------------------------------------------------------------------------

    @property
    def components(self) -> list[ComponentHandle]:
        """The components of the page, roots and nested ones, in the order of the page."""
        self.look()
        ids = [int(node.attributes["live-id"] or 0) for node in self.document.select("[live-id]")]
        living = self.session.tree.nodes
        return [ComponentHandle(self, component_id) for component_id in ids if component_id in living]

    def component(self, which: str | type[Component] | int) -> ComponentHandle:
        """The one component of this name, class (or a subclass of it) or id. Raises ``NotFound``."""
        components = self.components
        found = [handle for handle in components if is_meant(handle, which)]
        if len(found) == 1:
            return found[0]
        named = which if isinstance(which, str | int) else registry.name_of(which)
        there = ", ".join(f"{handle.name} ({handle.id})" for handle in components) or "none"
        many = f"There are {len(found)} components" if found else "There is no component"
        raise NotFound(f"{many} {named!r} in the page. There is: {there}. An id says which.")

    def call(
        self, action: str, /, *, confirm: bool | None = None, expect: str | None = None, **args: Any
    ) -> list[Result]:
        """Call an action of the only component that has it. Raises ``CallRefused``, ``NotFound``."""
        return self.only_with("actions", action).call(action, confirm=confirm, expect=expect, **args)

    def set(self, *, expect: str | None = None, **values: Any) -> list[Result]:
        """Write fields of the only component that has them. Raises ``CallRefused``, ``NotFound``."""
        return self.only_with("fields", *values).set(expect=expect, **values)

    def only_with(self, table: str, *names: str) -> ComponentHandle:
        """The component that declares all of ``names``; the only one of the page, whether it does or not."""
        components = self.components
        having = [handle for handle in components if set(names) <= set(getattr(self.declared(handle), table))]
        if len(having) == 1 or len(components) == 1:
            return (having or components)[0]
        what = f"{table.removesuffix('s')} {' and '.join(map(repr, names))}"
        there = "".join(
            f"\n  {each.name} ({each.id}): {', '.join(getattr(self.declared(each), table))}" for each in components
        )
        many = f"{len(having)} components have the {what}" if having else f"No component has the {what}"
        raise NotFound(f"{many}. There is:{there or ' none'}\nSay which: page.component(…).")

    def declared(self, handle: ComponentHandle) -> Any:
        return declaration_of(type(self.server_node(handle.id).component))

    @property
    def session(self) -> Session:
        """The page session on the server. Raises ``NotFound`` if it has ended."""
        session = self.world.session(self.connection.token or "")
        if session is None:
            raise NotFound("This page has no session on the server any more.")
        return session

    def server_node(self, component_id: int) -> ServerNode:
        node = self.session.tree.nodes.get(component_id)
        if node is None:
            raise NotFound(f"Component {component_id} has ended.")
        return node

    def signals_of(self, component_id: int) -> dict[str, Any]:
        return self.stage.values.of(component_id)

    # Waiting --------------------------------------------------------------------------------------------------

    def wait_for(self, condition: Callable[[], object], timeout: float = 5.0) -> None:
        """Wait until ``condition()`` holds; it is looked at whenever something arrives. Raises ``TimedOut``.

        Only for what no gesture waits for: tasks that a component has started, other processes.
        """
        deadline = time.monotonic() + timeout
        while True:
            self.look()
            if condition():
                return
            self.check_open()
            try:
                self.world.run(self.now.more(), deadline - time.monotonic())
            except TimedOut:
                raise TimedOut(
                    f"It did not come true within {timeout:g} seconds. The page reads: {self.text()}"
                ) from None

    def wait_for_text(self, text: str, selector: str | None = None, timeout: float = 5.0) -> None:
        """Wait until ``text`` can be read in the page, or in the one element that fits."""
        self.wait_for(lambda: text in self.text(selector), timeout)

    # Gestures of a page alone -----------------------------------------------------------------------------------

    def click(
        self, what: str | Element | None = None, *, confirm: bool | None = None, expect: str | None = None
    ) -> list[Result]:
        """As everywhere; and the button of a message (``Toast(…, action=…)``), by its label."""
        offered = self.offered(what) if isinstance(what, str) else None
        if offered is None:
            return super().click(what, confirm=confirm, expect=expect)

        def act() -> list[Request | Write]:
            self.show(offered)
            return []

        return self.step(act, confirm=confirm, expect=expect)

    def offered(self, label: str) -> Said | None:
        """What the button of the latest message with this label does, unless something in the page is called so."""
        self.look()
        try:
            self.thing(label, "click")
        except NotFound:
            for said in reversed(self.log):
                action = getattr(said.result, "action", None)
                if action is not None and label == (said.result.action_label or getattr(action, "label", "Open")):  # type: ignore[attr-defined]  # every word with an action has it
                    return Said(said.scope, action)
        return None

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
        self.socket = self.world.run(self.dial())
        self.send(self.connection.hello())
        self.world.settle()
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
            self.world.run(self.socket.cut())
            self.socket = None

    def reconnect(self) -> None:
        """Cut the connection if there is one, and come back with the resume token."""
        self.check_open()
        self.disconnect()
        self.connect()

    def close(self) -> None:
        """Leave the page for good, as a closed tab does. Idempotent."""
        if self.left:
            return
        self.left = True
        session = self.world.session(self.connection.token or "")  # before it can no longer be found
        if self.connected:
            self.send(Leave())
        self.disconnect()
        self.world.leave(self, session)

    def check_open(self) -> None:
        if self.left:
            raise PageFailed(f"{self!r} was closed.")

    # From the page --------------------------------------------------------------------------------------------

    def ask(self, request: Request | Write, confirm: Answered) -> None:
        """Send what a gesture leads to, unless the user says no."""
        if isinstance(request, Write):
            self.await_answer(self.number(Set, request.component, request.values), Asked(request, confirm))
        elif request.once not in self.spent and (request.question is None or self.agrees(request.question, confirm)):
            self.spent |= {request.once} if request.once else set()
            self.call_now(Asked(request, confirm))

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
        self.world.soon(self.now.push, data)

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
            if frame.call in self.asked:
                self.drafts.told(self.asked[frame.call].sends)
            self.perform(frame.items)

    def answer(self, frame: Answer) -> None:
        if not self.connection.is_news(frame):
            return
        self.connection.answered(frame)
        asked = self.asked.pop(frame.call, None)
        refusal = Refusal(*frame.refusal) if frame.refusal else None
        if refusal is None and asked is not None:
            self.drafts.told(asked.sends)
        self.perform(frame.items)
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

    def perform(self, items: list[Any]) -> None:
        """Perform the items of a frame in order; then mount what they brought, and unmount what they took."""
        for scope, *wire in items:
            said = Said(scope, from_wire(wire))
            if not self.show(said) or said.result.terminal:
                break
        self.tend()

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
        if gone := self.roots.gone(self.document):
            self.number(Unmount, gone)
        self.mount(self.roots.discover(self.document))
        missing, self.stage.missing = self.stage.missing, []
        for component_id in missing:
            self.number(Resync, component_id)


TAKERS: dict[type[Frame], Callable[[LivePage, Any], None]] = {
    Welcome: LivePage.welcome,
    Apply: LivePage.apply,
    Answer: LivePage.answer,
    Streams: LivePage.streams,
    Bye: LivePage.bye,
}


def is_meant(handle: ComponentHandle, which: str | type[Component] | int) -> bool:
    if isinstance(which, int):
        return handle.id == which
    if isinstance(which, str):
        return handle.name == which
    return isinstance(handle.instance, which)


def told(refusal: Refusal) -> str:
    """The message of a refusal, with the reasons of each refused mount."""
    tokens = (refusal.detail or {}).get("tokens")
    if not isinstance(tokens, dict):
        return refusal.message
    return " ".join([refusal.message, *(": ".join(map(str, reason)) for reason in tokens.values())])
