"""One open page: its HTML, what a user sees of it and does with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from liveactions.components import Component, registry
from liveactions.components import declaration as declaration_of
from liveactions.errors import Refusal
from liveactions.results import (
    Alert,
    Confirm,
    Custom,
    Error,
    Event,
    LoadJS,
    Log,
    Notify,
    Patch,
    Result,
    Shared,
    Toast,
    Whole,
)
from liveactions.results.custom import custom_name
from liveactions.runtime import Node as ServerNode
from liveactions.runtime import Page as Session
from liveactions.testing.area import Act, Area, Element, Tab
from liveactions.testing.browser import Opened
from liveactions.testing.component import ComponentHandle
from liveactions.testing.controls import Drafts
from liveactions.testing.document import Document
from liveactions.testing.errors import NotFound, PageFailed, TimedOut
from liveactions.testing.exchange import Carrier, Exchange, Said
from liveactions.testing.files import File
from liveactions.testing.gestures import Request, Write
from liveactions.wire.frames import Leave

__all__ = ["LivePage", "World"]

R = TypeVar("R", bound=Result)


class World(Carrier, Protocol):
    """What a page needs of its ``Live``."""

    def begin(self) -> None:
        """A gesture begins: what is counted is counted anew."""

    def session(self, token: str) -> Session | None: ...

    def leave(self, page: LivePage, session: Session | None) -> None:
        """The page is closed: its session ends."""


class LivePage(Exchange, Area):
    """A tab of a browser, without the browser. Made by ``live.open(…)``.

    ``confirm`` is what the user answers to questions of actions and of ``live-confirm``; a ``Confirm`` waits for
    ``answer()``, unless the gesture that led to it says ``confirm=``. All that were asked are in ``questions``.
    """

    def __init__(self, world: World, opened: Opened) -> None:
        super().__init__(world, opened)
        self.world = world
        self.user = opened.user
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
        return [said.result for said in self.log[before:] if not isinstance(said.result, (Patch, Shared, Whole))]

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
    def alerts(self) -> list[Alert]:
        """The alerts that are open; ``page.dismiss()`` presses OK in the first."""
        self.look()
        return self.dialogs.alerts

    @property
    def pending(self) -> list[Confirm]:
        """The questions that are open; ``page.answer("yes")`` answers the first. All that were asked: ``questions``."""
        self.look()
        return self.dialogs.questions

    @property
    def downloads(self) -> list[File]:
        """The files that the page was handed: ``page.downloads[-1].content``."""
        self.look()
        return self.stage.files.all

    @property
    def tabs(self) -> list[str]:
        """The addresses that ``OpenURL`` has opened in tabs of their own."""
        self.look()
        return self.stage.tabs

    @property
    def logs(self) -> list[Log]:
        """The lines for the browser's console."""
        return self.got(Log)

    @property
    def customs(self) -> list[Result]:
        """The results of the application's own, in order."""
        return [said.result for said in self.results if is_custom(said.result)]

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
        return declaration_of(type(handle.instance))

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
            self.play([offered])
            self.tend()
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
                if action is not None and label == (said.result.action_label or action.label or "Open"):  # type: ignore[attr-defined]  # every word with an action has it
                    return Said(said.scope, action)
        return None

    # Dialogs ----------------------------------------------------------------------------------------------------

    def answer(self, choice: str = "yes", *, expect: str | None = None) -> list[Result]:
        """Answer the question that is open (the first, of several) by the name of a choice. Raises ``NotFound``."""
        return self.give_now(Confirm, choice, expect)

    def dismiss(self, *, expect: str | None = None) -> list[Result]:
        """Press OK in the alert that is open (the first, of several); its ``then`` follows. Raises ``NotFound``."""
        return self.give_now(Alert, "ok", expect)

    def give_now(self, kind: type[Alert | Confirm], choice: str, expect: str | None) -> list[Result]:
        def act() -> list[Request | Write]:
            self.give(self.dialogs.take(kind, choice), choice)
            return []

        return self.step(act, confirm=None, expect=expect)

    # Coming and going -----------------------------------------------------------------------------------------

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


def is_meant(handle: ComponentHandle, which: str | type[Component] | int) -> bool:
    if isinstance(which, int):
        return handle.id == which
    if isinstance(which, str):
        return handle.name == which
    return isinstance(handle.instance, which)


def is_custom(result: Result) -> bool:
    return isinstance(result, Custom) or custom_name(type(result)) is not None
