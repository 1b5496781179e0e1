"""Form controls: what stands in them, what a user has put there, and what a form sends.

What a user enters is not in the HTML. ``Drafts`` keeps it, by the control's place in its component, and gives it up
by the client's own rule: when the server has changed its mind about the control, or knows what was entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from liveactions.testing.bindings import Model, model_of
from liveactions.testing.document import Document, Node, attribute, closest, contains, describe, same, text_of
from liveactions.testing.errors import NotUsable

__all__ = ["CONTROL", "Drafts", "Key", "State", "form_of", "is_called", "is_disabled", "is_group", "labels_of"]

CONTROL = "input, textarea, select"
BUTTONS = frozenset({"submit", "button", "image", "reset"})
NOT_SENT = ("csrfmiddlewaretoken", "live-post")

State = bool | str | tuple[str, ...]
"""Checked or not; a text; the values of the chosen options."""

Key = tuple[str, ...]
"""The place of a control: its component, its element, what it is called, and its value if it is one of several."""


@dataclass(slots=True)
class Draft:
    state: State
    told: bool = False
    """Whether the server has got it by a call that went well."""


class Drafts:
    """The controls of one page as a user sees them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.drafts: dict[Key, Draft] = {}

    def state(self, control: Node) -> State:
        """What stands in a control now."""
        draft = self.drafts.get(self.key(control))
        return served_state(control) if draft is None else draft.state

    def enter(self, control: Node, value: Any) -> None:
        """What a user does with a control: ``value`` is text, True or False, or what options are called.

        Raises ``NotUsable`` for a control that takes no such value.
        """
        kind = kind_of(control)
        if is_disabled(control) or (attribute(control, "readonly") is not None and kind == "text"):
            raise NotUsable(f"{describe(control)} is {'disabled' if is_disabled(control) else 'read-only'}.")
        if kind == "radio" and value is not False:
            for peer in self.radios(control):
                self.put(peer, False)
        self.put(control, wanted_state(control, kind, value))

    def put(self, control: Node, state: State) -> None:
        self.drafts[self.key(control)] = Draft(state)

    def key(self, control: Node) -> Key:
        """Where a control stands: the same after a patch."""
        component = closest(control, "[live-id]")
        place = (attribute(component, "live-id") or "") if component is not None else ""
        name = attribute(control, "id") or attribute(control, "name")
        if name is None and (model := model_of(control)):
            name = model.field
        if name is None:
            controls = self.document.select(CONTROL, component)
            name = f"#{next(index for index, other in enumerate(controls) if same(other, control))}"
        choice = (attribute(control, "value") or "") if kind_of(control) in ("checkbox", "radio") else ""
        return (place, control.tag or "", name, choice)

    # What happens to drafts -------------------------------------------------------------------------------------

    @contextmanager
    def surviving(self, area: Node) -> Iterator[None]:
        """Round a change of ``area``: drafts in it stay if the server says the same of their controls as before."""
        before = {
            self.key(control): served_state(control)
            for control in self.document.select(CONTROL)
            if contains(area, control) and self.key(control) in self.drafts
        }
        yield
        after = (
            {self.key(control): served_state(control) for control in self.document.select(CONTROL)} if before else {}
        )
        for key, served in before.items():
            if self.drafts[key].told or after.get(key) != served:
                del self.drafts[key]

    def told(self, keys: Iterable[Key]) -> None:
        """The server has got what is in these controls."""
        for key in keys:
            if draft := self.drafts.get(key):
                draft.told = True

    def choice(self, element: Node) -> tuple[Key, ...]:
        """The box, or the radio buttons of which only one can be chosen; nothing for another element."""
        kind = kind_of(element)
        group = self.radios(element) if kind == "radio" else [element] if kind == "checkbox" else []
        return tuple(map(self.key, group))

    def forget(self, keys: Iterable[Key]) -> None:
        """These controls show what the server says."""
        for key in keys:
            self.drafts.pop(key, None)

    def reset(self, form: Node) -> None:
        for control in self.controls_of(form):
            self.drafts.pop(self.key(control), None)

    # What is sent ---------------------------------------------------------------------------------------------------

    def controls_of(self, form: Node) -> list[Node]:
        """The controls that belong to a form, also those outside that name it."""
        return [control for control in self.document.select(CONTROL) if same(form_of(self.document, control), form)]

    def fields(self, form: Node, submitter: Node | None = None) -> dict[str, Any]:
        """A form's fields by name. A name that can have several values is always a list; files are left out."""
        sent: dict[str, list[str]] = {}
        lists: set[str] = set()
        boxes: set[str] = set()
        for control in self.controls_of(form):
            name, kind = attribute(control, "name"), kind_of(control)
            if not name or name in NOT_SENT or kind in ("button", "file") or is_disabled(control):
                continue
            if kind == "multiple" or (kind == "checkbox" and name in boxes):
                lists.add(name)
            if kind == "checkbox":
                boxes.add(name)
            if values := self.sent_values(control):
                sent.setdefault(name, []).extend(values)
        if submitter is not None and (name := attribute(submitter, "name")):
            sent.setdefault(name, [attribute(submitter, "value") or ""])
        for name in lists:
            sent.setdefault(name, [])
        return {name: got if len(got) > 1 or name in lists else got[0] for name, got in sent.items()}

    def sent_values(self, control: Node) -> list[str]:
        state = self.state(control)
        if isinstance(state, bool):
            return [choice_of(control)] if state else []
        return [state] if isinstance(state, str) else list(state)

    def model_value(self, control: Node, model: Model) -> Any:
        """What ``live-model`` writes: of the control alone, or of those that share its field."""
        kind = kind_of(control)
        state = self.state(control)
        value: Any = state
        if kind == "radio":
            value = next((choice_of(peer) for peer in self.peers(control, model) if self.state(peer)), None)
        elif kind == "checkbox" and (model.as_list or len(self.peers(control, model)) > 1):
            value = [choice_of(peer) for peer in self.peers(control, model) if self.state(peer)]
        elif isinstance(state, tuple):
            value = list(state) if kind == "multiple" else next(iter(state), "")
        elif kind == "number":
            return number(state)
        return numbers(value) if model.numeric else value

    def peers(self, control: Node, model: Model) -> list[Node]:
        """The checkboxes or radio buttons of one field of one component."""
        component = closest(control, "[live-id]")
        kind = kind_of(control)
        return [
            peer
            for peer in self.document.select("input", component)
            if kind_of(peer) == kind
            and (other := model_of(peer))
            and other.field == model.field
            and same(closest(peer, "[live-id]"), component)
        ]

    def radios(self, control: Node) -> list[Node]:
        """The buttons of which only one can be chosen."""
        name, form = attribute(control, "name"), form_of(self.document, control)
        if not name:
            return self.peers(control, model) if (model := model_of(control)) else [control]
        every = self.document.select("input")
        return [
            peer
            for peer in every
            if kind_of(peer) == "radio" and attribute(peer, "name") == name and same(form_of(self.document, peer), form)
        ]


def is_group(controls: list[Node]) -> bool:
    """Whether these are radio buttons, or checkboxes, that are chosen from."""
    kinds = {kind_of(control) for control in controls}
    names = {attribute(control, "name") or model_of(control) for control in controls}
    return len(controls) > 1 and len(kinds) == len(names) == 1 and kinds <= {"checkbox", "radio"}


# One control ----------------------------------------------------------------------------------------------------

KINDS = {
    "checkbox": "checkbox",
    "radio": "radio",
    "number": "number",
    "range": "number",
    "file": "file",
    **dict.fromkeys(BUTTONS, "button"),
}


def kind_of(control: Node) -> str:
    """text, number, checkbox, radio, select, multiple, file or button."""
    if control.tag == "select":
        return "select" if attribute(control, "multiple") is None else "multiple"
    return KINDS.get((attribute(control, "type") or "").lower(), "text") if control.tag == "input" else "text"


def served_state(control: Node) -> State:
    """What the server has written into a control."""
    kind = kind_of(control)
    if kind in ("checkbox", "radio"):
        return attribute(control, "checked") is not None
    if kind in ("select", "multiple"):
        return tuple(option_value(option) for option in served_options(control, kind))
    if control.tag == "textarea":
        return control.text().removeprefix("\n")
    return attribute(control, "value") or ""


def served_options(select: Node, kind: str) -> list[Node]:
    options = select.css("option")
    chosen = [option for option in options if attribute(option, "selected") is not None]
    if kind == "multiple":
        return chosen
    return chosen[-1:] or [option for option in options if not is_disabled(option)][:1]


def wanted_state(control: Node, kind: str, value: Any) -> State:
    if kind in ("file", "button"):
        raise NotUsable(f"{describe(control)} cannot be filled; a live form sends no files.")
    if kind in ("checkbox", "radio"):
        return value if isinstance(value, bool) else is_called(control, value)
    if kind in ("select", "multiple"):
        wanted = [value] if kind == "select" or isinstance(value, str) else list(value)
        return tuple(option_called(control, each) for each in wanted)
    return str(value)


def is_called(control: Node, wanted: Any) -> bool:
    """Whether this is the value of a checkbox or radio button, or the text of its label."""
    return str(wanted) in (choice_of(control), label_words(control))


def option_called(select: Node, wanted: Any) -> str:
    """The value of the option with this value, or else this text."""
    options = select.css("option")
    for option in options:
        if str(wanted) in (option_value(option), text_of(option)):
            if is_disabled(option):
                raise NotUsable(f"The option {wanted!r} of {describe(select)} is disabled.")
            return option_value(option)
    known = ", ".join(repr(text_of(option)) for option in options)
    raise NotUsable(f"{describe(select)} has no option {wanted!r}. It has: {known or 'none'}.")


def option_value(option: Node) -> str:
    value = attribute(option, "value")
    return text_of(option) if value is None else value


def choice_of(control: Node) -> str:
    value = attribute(control, "value")
    return "on" if value is None else value


def label_words(control: Node) -> str:
    label = closest(control, "label")
    return text_of(label) if label is not None else ""


def labels_of(document: Document, control: Node) -> list[str]:
    """What a user may call a control: the text of its label, its aria-label, its placeholder."""
    name = attribute(control, "id")
    pointing = [text_of(label) for label in document.select("label[for]") if attribute(label, "for") == name]
    told = (label_words(control), *pointing, attribute(control, "aria-label"), attribute(control, "placeholder"))
    return [words for words in told if words]


def form_of(document: Document, control: Node) -> Node | None:
    """The form a control belongs to."""
    name = attribute(control, "form")
    if name is None:
        return closest(control, "form")
    return next((form for form in document.select("form[id]") if attribute(form, "id") == name), None)


def is_disabled(node: Node) -> bool:
    """Whether a browser would not let a user use it."""
    if node.tag in ("button", "input", "select", "textarea", "option", "optgroup", "fieldset"):
        if attribute(node, "disabled") is not None:
            return True
        around = closest(node.parent, "fieldset[disabled], optgroup[disabled]") if node.parent else None
        return around is not None and not in_first_legend(around, node)
    return attribute(node, "aria-disabled") == "true"


def in_first_legend(fieldset: Node, node: Node) -> bool:
    legend = next((child for child in fieldset.iter() if child.tag == "legend"), None)
    return legend is not None and contains(legend, node)


def number(state: State) -> Any:
    """The number a text stands for: None for an empty one, the text itself when it is not a number."""
    if not isinstance(state, str):
        return state
    text = state.strip()
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return state


def numbers(value: Any) -> Any:
    return [number(item) for item in value] if isinstance(value, list) else number(value)
