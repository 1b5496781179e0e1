"""A part of a page in which a user looks and acts: the page, a component, an element. The same words for all three."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from liveactions.results import Result
from liveactions.testing import gestures
from liveactions.testing.bindings import values_of
from liveactions.testing.controls import Drafts, State, is_disabled
from liveactions.testing.document import Document, Node, attribute, attributes, describe, text_of
from liveactions.testing.errors import NotFound
from liveactions.testing.finding import controls_called, only, thing_called
from liveactions.testing.gestures import Gesture, Request, Write

__all__ = ["Act", "Area", "Element", "Tab"]

Act = Callable[[], Sequence[Request | Write]]
"""What a gesture leads to, found out when its turn has come."""


class Tab(Protocol):
    """What an area needs of its page."""

    @property
    def document(self) -> Document: ...

    @property
    def drafts(self) -> Drafts: ...

    def look(self) -> None:
        """Bring the page up to date."""

    def step(self, act: Act, *, confirm: bool | None, expect: str | None) -> list[Result]:
        """Do what ``act`` leads to, and wait for what comes of it."""


class Area(ABC):
    """Where a user looks and acts. What is read is up to date: everything that is on its way arrives before.

    Every gesture waits until the server has answered and nothing moves any more, and returns what this page was told
    meanwhile, without the patches. Keywords of all of them:

    * ``expect="action.forbidden"``: the server shall refuse with this code. Without it a refusal is raised.
    * ``confirm``: the answer to a question (``live-confirm``, ``@action(confirm=…)``), in place of ``page.confirm``.
    """

    @property
    @abstractmethod
    def tab(self) -> Tab:
        """The page this is a part of."""

    @abstractmethod
    def node(self) -> Node | None:
        """The element that is searched; None for the whole page. Raises ``NotFound`` if it has gone."""

    # Looking --------------------------------------------------------------------------------------------------

    @property
    def html(self) -> str:
        """The HTML as it stands."""
        self.tab.look()
        node = self.node()
        return self.tab.document.html if node is None else node.html or ""

    def text(self, selector: str | None = None) -> str:
        """What a reader sees, with single spaces: of the one element that fits, or of all of it without a selector."""
        self.tab.look()
        return text_of(self.one(selector) if selector else self.node() or self.tab.document.root)

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that fit, in the order of the page."""
        self.tab.look()
        return [text_of(node) for node in self.tab.document.select(selector, self.node())]

    def find(self, selector: str) -> Element:
        """The one element that fits. Raises ``NotFound`` if there is none, or more than one."""
        self.tab.look()
        self.one(selector)
        return Element(self.tab, lambda: self.one(selector), f"find({selector!r})")

    def find_all(self, selector: str) -> list[Element]:
        """All elements that fit, in the order of the page."""
        self.tab.look()
        count = len(self.tab.document.select(selector, self.node()))
        return [
            Element(self.tab, self.nth(selector, index), f"find_all({selector!r})[{index}]") for index in range(count)
        ]

    def one(self, selector: str) -> Node:
        inside = self.node()
        nearby = self.tab.document.select("[id], [live-id], [class], [name]", inside)
        return only(self.tab.document.select(selector, inside), repr(selector), nearby)

    def nth(self, selector: str, index: int) -> Callable[[], Node]:
        def find() -> Node:
            found = self.tab.document.select(selector, self.node())
            if index >= len(found):
                raise NotFound(f"There are only {len(found)} of {selector!r} now.")
            return found[index]

        return find

    # Acting ---------------------------------------------------------------------------------------------------

    def click(
        self, what: str | Element | None = None, *, confirm: bool | None = None, expect: str | None = None
    ) -> list[Result]:
        """Click ``what``: a text, an aria-label, the name of an action, a CSS selector, a part of a text.

        Raises ``NotFound``, ``NotUsable`` (disabled, or nothing would happen) and ``CallRefused``.
        """

        def act() -> Sequence[Request | Write]:
            return gestures.clicked(self.tab.document, self.tab.drafts, self.thing(what, "click"))

        return self.tab.step(act, confirm=confirm, expect=expect)

    def fill(self, what: str | Element | None = None, value: Any = "", *, expect: str | None = None) -> list[Result]:
        """Enter ``value`` in a control: found by its label, name, bound field, or a CSS selector.

        Text for a text field; True or False for a checkbox. Of options, of radio buttons and of checkboxes that share
        a name: what is to be chosen, by its value or its text; several in a list. With ``live-model`` it is sent.
        """

        def act() -> Sequence[Request | Write]:
            document, drafts, controls = self.tab.document, self.tab.drafts, self.controls(what)
            if len(controls) > 1:
                return gestures.chosen(document, drafts, controls, value)
            return gestures.entered(document, drafts, controls[0], value)

        return self.tab.step(act, confirm=None, expect=expect)

    def check(self, what: str | Element | None = None, *, expect: str | None = None) -> list[Result]:
        """Check a checkbox, or choose a radio button."""
        return self.fill(what, True, expect=expect)

    def uncheck(self, what: str | Element | None = None, *, expect: str | None = None) -> list[Result]:
        """Uncheck a checkbox."""
        return self.fill(what, False, expect=expect)

    def submit(
        self,
        what: str | Element | None = None,
        values: Mapping[str, Any] | None = None,
        /,
        *,
        confirm: bool | None = None,
        expect: str | None = None,
        **more: Any,
    ) -> list[Result]:
        """Submit a form by its default button, after filling in ``values``; without ``what`` the only form there is.

        ``page.submit("form", name="Bread")``, or with labels: ``page.submit("form", {"Your name": "Ana"})``.
        """
        for name, value in {**(values or {}), **more}.items():
            self.fill(name, value)

        def act() -> Sequence[Request | Write]:
            document, drafts = self.tab.document, self.tab.drafts
            form = self.form(what)
            return gestures.submitted(document, drafts, form, gestures.default_button(document, form))

        return self.tab.step(act, confirm=confirm, expect=expect)

    def press(
        self,
        keys: str,
        what: str | Element | None = None,
        *,
        confirm: bool | None = None,
        expect: str | None = None,
    ) -> list[Result]:
        """Press ``Enter``, ``Escape``, ``Control+s`` …, in a control or element, or just in the page."""

        def act() -> Sequence[Request | Write]:
            target = self.body() if what is None else self.control_or_thing(what, "press")
            return gestures.pressed(self.tab.document, self.tab.drafts, target, keys)

        return self.tab.step(act, confirm=confirm, expect=expect)

    def fire(
        self,
        event: str,
        what: str | Element | None = None,
        *,
        detail: Any = None,
        confirm: bool | None = None,
        expect: str | None = None,
    ) -> list[Result]:
        """Any other event: ``dblclick``, ``focusout``, a custom one with its ``detail``."""

        def act() -> Sequence[Request | Write]:
            target = self.body() if what is None else self.control_or_thing(what, event)
            return gestures.fired(Gesture(self.tab.document, self.tab.drafts, target, event, detail=detail))

        return self.tab.step(act, confirm=confirm, expect=expect)

    def drag(self, what: str | Element, onto: str | Element, *, expect: str | None = None) -> list[Result]:
        """Drag a ``draggable`` element onto one with ``live-drop``; its ``live-value-…`` go with it."""

        def act() -> Sequence[Request | Write]:
            document, drafts = self.tab.document, self.tab.drafts
            dragged, target = self.thing(what, "drag"), self.thing(onto, "drop")
            return gestures.fired(Gesture(document, drafts, target, "drop", dragged=values_of(dragged)))

        return self.tab.step(act, confirm=None, expect=expect)

    # What is meant ----------------------------------------------------------------------------------------------

    def thing(self, what: str | Element | None, event: str) -> Node:
        if isinstance(what, Element):
            return what.here()
        inside = self.node()
        if what is None:
            if inside is None:
                raise NotFound(f"Say what to {event}: a text, an action, a CSS selector, or an element.")
            return inside
        return thing_called(self.tab.document, what, event, inside)

    def controls(self, what: str | Element | None) -> list[Node]:
        if isinstance(what, str):
            return controls_called(self.tab.document, what, self.node())
        return [self.thing(what, "fill")]

    def control_or_thing(self, what: str | Element, event: str) -> Node:
        try:
            return self.controls(what)[0]
        except NotFound:
            return self.thing(what, event)

    def form(self, what: str | Element | None) -> Node:
        if isinstance(what, Element):
            return what.here()
        inside = self.node()
        if what is None and inside is not None and inside.tag == "form":
            return inside
        forms = self.tab.document.select("form", inside)
        return only(self.tab.document.select(what, inside) if what else forms, repr(what) if what else "form", forms)

    def body(self) -> Node:
        return self.node() or self.tab.document.select("body")[0]


class Element(Area):
    """An element of a page. It is looked up anew whenever it is used, so it may be kept over patches."""

    def __init__(self, tab: Tab, find: Callable[[], Node], words: str) -> None:
        self._tab = tab
        self.here = find
        self.words = words

    def __repr__(self) -> str:
        try:
            return f"<Element {describe(self.here())}>"
        except NotFound:
            return f"<Element {self.words}, which is not there now>"

    @property
    def tab(self) -> Tab:
        return self._tab

    def node(self) -> Node:
        return self.here()

    @property
    def tag(self) -> str:
        """The name of the element, in lower case."""
        return self.now().tag or ""

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by name; one without a value is empty."""
        return attributes(self.now())

    def __getitem__(self, name: str) -> str:
        """An attribute. Raises ``KeyError`` without it."""
        return self.attributes[name]

    def get(self, name: str, default: str | None = None) -> str | None:
        """An attribute, or ``default`` without it."""
        return self.attributes.get(name, default)

    @property
    def classes(self) -> frozenset[str]:
        return frozenset((attribute(self.now(), "class") or "").split())

    @property
    def value(self) -> State | list[str]:
        """What stands in a control: its text, the value of the chosen option (a list if several can be)."""
        control = self.now()
        if attribute(control, "type") in ("checkbox", "radio"):
            return attribute(control, "value") or "on"
        state = self.tab.drafts.state(control)
        if isinstance(state, tuple):
            return list(state) if attribute(control, "multiple") is not None else next(iter(state), "")
        return state

    @property
    def checked(self) -> bool:
        """Whether a checkbox or radio button is checked."""
        return self.tab.drafts.state(self.now()) is True

    @property
    def disabled(self) -> bool:
        """Whether a user could not use it."""
        return is_disabled(self.now())

    def now(self) -> Node:
        self.tab.look()
        return self.here()

    def fill(self, what: Any = None, value: Any = None, *, expect: str | None = None) -> list[Result]:
        """``element.fill("text")`` enters it here; with two arguments, in a control inside."""
        if value is None:
            return super().fill(self, what, expect=expect)
        return super().fill(what, value, expect=expect)
