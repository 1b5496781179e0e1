"""What a user does, as the client's event delegation sees it: which calls an event leads to, and what they carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from liveactions.testing.bindings import Binding, bindings_of, model_of, values_of
from liveactions.testing.controls import CONTROL, Drafts, Key, form_of, is_called, is_disabled
from liveactions.testing.document import (
    Document,
    Node,
    ancestors,
    attribute,
    closest,
    contains,
    describe,
    matches,
    same,
)
from liveactions.testing.errors import NotUsable

__all__ = ["Gesture", "Request", "Write", "chosen", "clicked", "entered", "fired", "pressed", "submitted"]

ALONE = frozenset({"focus", "blur", "pointerenter", "pointerleave", "mouseenter", "mouseleave", "load"})
"""Events that do not bubble."""

CONTROLS = "input, textarea, select, button"
SUBMITS = "button:not([type]), button[type=submit], input[type=submit], input[type=image]"
BROWSERS_OWN = "summary, a[href^='#'], [popovertarget], input, select, textarea"
"""What a browser answers to by itself, with nothing that a server would hear of."""

TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=file])"


@dataclass(frozen=True, slots=True)
class Request:
    """A call that an event leads to. ``question`` is the one of ``live-confirm``; ``sends`` says which controls.

    ``choice`` are the controls that show the state when it has ended.

    ``once`` names, with ``.once``, what may happen only one time in the life of a page.
    """

    component: int
    action: str
    args: dict[str, Any]
    event: dict[str, Any] | None = None
    question: str | None = None
    sends: tuple[Key, ...] = ()
    once: str | None = None
    choice: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """Bound fields that are written: ``live-model``. ``choice`` are the controls that take it back if refused."""

    component: int
    values: dict[str, Any]
    sends: tuple[Key, ...] = ()
    choice: tuple[Key, ...] = ()


@dataclass
class Gesture:
    """One event at one element. ``detail`` is a custom event's, ``held`` the keys that are down."""

    document: Document
    drafts: Drafts
    target: Node
    type: str
    key: str = ""
    held: frozenset[str] = frozenset()
    detail: Any = None
    submitter: Node | None = None
    dragged: dict[str, str] = field(default_factory=dict)

    def requests(self) -> list[Request]:
        """The calls of every element that is bound to the event, in the order in which it reaches them."""
        return [request for element, binding in self.reached() if (request := self.request(element, binding))]

    def reached(self) -> Iterator[tuple[Node, Binding]]:
        path = [self.target] if self.type in ALONE else list(ancestors(self.target))
        for element in path:
            near = [binding for binding in self.bound(element) if not binding.flags & {"window", "outside"}]
            near = [binding for binding in near if "self" not in binding.flags or same(element, self.target)]
            yield from ((element, binding) for binding in near)
            if any("stop" in binding.flags for binding in near):
                return
        yield from self.distant()

    def distant(self) -> Iterator[tuple[Node, Binding]]:
        """Elements that listen beyond themselves."""
        for element in self.document.select("*"):
            for binding in self.bound(element):
                outside = "outside" in binding.flags and not contains(element, self.target)
                if "window" in binding.flags or outside:
                    yield element, binding

    def bound(self, element: Node) -> list[Binding]:
        return [
            binding
            for binding in bindings_of(element)
            if binding.event == self.type and binding.fits(self.key, self.held)
        ]

    def request(self, element: Node, binding: Binding) -> Request | None:
        """None for a binding without an action: it is there for its modifiers."""
        if not binding.action:
            return None
        component = component_of(element, binding.action)
        form = element if self.type == "submit" and element.tag == "form" else None
        fields = self.drafts.fields(form, self.submitter) if form is not None else {}
        submitter = values_of(self.submitter) if form is not None and self.submitter is not None else {}
        return Request(
            component,
            binding.action,
            {**self.dragged, **fields, **values_of(element), **submitter},
            self.told(element),
            self.question(element),
            tuple(map(self.drafts.key, self.drafts.controls_of(form) if form is not None else own_control(element))),
            f"{component} {binding.attribute} {binding.action}" if "once" in binding.flags else None,
            () if is_draft(self.document, element) else self.drafts.choice(element),
        )

    def question(self, element: Node) -> str | None:
        asking = [node for node in (self.submitter, element) if node is not None]
        return next((question for node in asking if (question := attribute(node, "live-confirm"))), None)

    def told(self, element: Node) -> dict[str, Any]:
        """The event as the server is told about it."""
        told: dict[str, Any] = {"type": self.type}
        control = next((node for node in (self.target, element) if matches(node, CONTROLS)), None)
        if control is not None:
            told |= told_of(control, self.drafts)
        if self.key:
            told["key"] = self.key
        if control is None and self.detail is not None:
            told["value"] = self.detail
        return told


def told_of(control: Node, drafts: Drafts) -> dict[str, Any]:
    told: dict[str, Any] = {}
    kind = attribute(control, "type")
    if control.tag == "button":
        value = attribute(control, "value")
        told |= {} if value is None else {"value": value}
    elif kind in ("checkbox", "radio"):
        told |= {"value": attribute(control, "value") or "on", "checked": drafts.state(control)}
    elif kind != "file":
        state = drafts.state(control)
        told["value"] = state if isinstance(state, str) else next(iter(state), "") if isinstance(state, tuple) else ""
    if name := attribute(control, "name"):
        told["name"] = name
    return told


def is_draft(document: Document, element: Node) -> bool:
    """Whether it stands for what its user is going to send, or for a bound field."""
    in_form = attribute(element, "name") is not None and form_of(document, element) is not None
    return in_form or model_of(element) is not None


def own_control(element: Node) -> list[Node]:
    return [element] if matches(element, CONTROL) else []


def component_of(element: Node, what: str) -> int:
    """The component around an element. Raises ``NotUsable`` if there is none."""
    component = closest(element, "[live-id]")
    if component is None:
        raise NotUsable(f"{describe(element)} is in no component, so {what!r} can be asked of nobody.")
    return int(attribute(component, "live-id") or 0)


# What users do ---------------------------------------------------------------------------------------------------


def fired(gesture: Gesture) -> list[Request | Write]:
    """Just the event. Raises ``NotUsable`` if nothing in the page answers to it."""
    requests = gesture.requests()
    if not requests:
        raise NotUsable(f"Nothing answers to {gesture.type} at {describe(gesture.target)}.")
    return list(requests)


def clicked(document: Document, drafts: Drafts, target: Node) -> list[Request | Write]:
    """A click: the calls bound to it, and what a browser does besides (check a box, submit a form).

    Raises ``NotUsable`` for something disabled, and where nothing would happen.
    """
    target = labelled(document, target)
    if (refusing := next((node for node in ancestors(target) if is_disabled(node)), None)) is not None:
        raise NotUsable(f"{describe(refusing)} is disabled.")
    found: list[Request | Write] = list(Gesture(document, drafts, target, "click").requests())
    if matches(target, "input[type=checkbox], input[type=radio]"):
        checked = attribute(target, "type") == "radio" or not drafts.state(target)
        return [*found, *entered(document, drafts, target, checked)]
    button = closest(target, SUBMITS)
    form = form_of(document, button) if button is not None else None
    if form is not None and not (found and prevents(button)):
        return [*found, *submitted(document, drafts, form, button)]
    if (reset := closest(target, "[type=reset]")) is not None and (form := form_of(document, reset)) is not None:
        drafts.reset(form)
        return [*found, *Gesture(document, drafts, form, "reset").requests()]
    if not found and closest(target, BROWSERS_OWN) is None:
        raise NotUsable(f"A click on {describe(target)} does nothing.{hint(target)}")
    return found


def prevents(button: Node | None) -> bool:
    """Whether a click with an action of its own keeps the button from submitting."""
    if button is None:
        return False
    own = [binding for binding in bindings_of(button) if binding.event == "click"]
    return any("prevent" in binding.flags for binding in own) or bool(own and attribute(button, "type") is None)


def hint(target: Node) -> str:
    link = closest(target, "a[href]")
    return f" It is a plain link: live.open({attribute(link, 'href')!r})." if link is not None else ""


def labelled(document: Document, target: Node) -> Node:
    """What a click on a label clicks."""
    label = closest(target, "label")
    if label is None or matches(target, CONTROLS):
        return target
    name = attribute(label, "for")
    controls = document.select(CONTROLS, label) if name is None else document.select(CONTROLS)
    wanted = [control for control in controls if name is None or attribute(control, "id") == name]
    return wanted[0] if wanted else target


def submitted(document: Document, drafts: Drafts, form: Node, submitter: Node | None = None) -> list[Request | Write]:
    """A form is sent. Raises ``NotUsable`` for one that is not bound to an action."""
    requests = Gesture(document, drafts, form, "submit", submitter=submitter).requests()
    if not requests:
        raise NotUsable(f"{describe(form)} has no live-submit; use django.test.Client for a form that is posted.")
    return list(requests)


def default_button(document: Document, form: Node) -> Node | None:
    """The button that Enter presses. Raises ``NotUsable`` if it is disabled: the form cannot be sent then."""
    buttons = [button for button in document.select(SUBMITS) if same(form_of(document, button), form)]
    if buttons and is_disabled(buttons[0]):
        raise NotUsable(f"The form's button {describe(buttons[0])} is disabled.")
    return buttons[0] if buttons else None


def entered(document: Document, drafts: Drafts, control: Node, value: Any) -> list[Request | Write]:
    """A user enters something and goes on: the bound field is written, then come ``input`` and ``change``."""
    drafts.enter(control, value)
    found: list[Request | Write] = []
    if model := model_of(control):
        values = {model.field: drafts.model_value(control, model)}
        found.append(Write(component_of(control, model.field), values, (drafts.key(control),), drafts.choice(control)))
    for event in ("input", "change"):
        found += Gesture(document, drafts, control, event).requests()
    return found


def chosen(document: Document, drafts: Drafts, group: list[Node], value: Any) -> list[Request | Write]:
    """Of several radio buttons the one that is called ``value``, of checkboxes exactly those in the list ``value``."""
    if attribute(group[0], "type") == "radio":
        called = [control for control in group if is_called(control, value)]
        if not called:
            raise NotUsable(f"None of these is called {value!r}: {', '.join(map(describe, group))}.")
        return entered(document, drafts, called[0], True)
    found: list[Request | Write] = []
    for control in group:
        wanted = any(is_called(control, each) for each in value)
        if wanted != drafts.state(control):
            found += entered(document, drafts, control, wanted)
    return found


def pressed(document: Document, drafts: Drafts, target: Node, keys: str) -> list[Request | Write]:
    """``Enter``, ``Control+s`` …: a key goes down and up. In a field of a live form, Enter submits it."""
    *held, key = keys.split("+") if keys != "+" else ["+"]
    key = " " if key == "Space" else key
    down = frozenset({"control": "ctrl", "cmd": "meta"}.get(name.lower(), name.lower()) for name in held)
    found: list[Request | Write] = []
    for event in ("keydown", "keyup"):
        found += Gesture(document, drafts, target, event, key=key, held=down).requests()
    form = form_of(document, target) if key == "Enter" and not held and matches(target, TYPED) else None
    if form is not None and attribute_of_submit(form):
        found += submitted(document, drafts, form, default_button(document, form))
    if not found:
        raise NotUsable(f"Nothing answers to the key {keys!r} at {describe(target)}.")
    return found


def attribute_of_submit(form: Node) -> bool:
    return any(binding.event == "submit" for node in ancestors(form) for binding in bindings_of(node))
