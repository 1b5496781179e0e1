"""What ``live-…`` attributes ask for: events with modifiers, and the values that a call carries.

``live-keydown.ctrl.enter.prevent`` is an event with modifiers. Any event can be bound with ``live-on-<event>``; the
ones in ``SHORTHANDS`` also without the ``on-``. Times (``debounce.300ms``) are over at once in a test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from liveactions.testing.document import Node, attributes

__all__ = ["Binding", "Model", "binding_of", "bindings_of", "model_of", "values_of"]

SHORTHANDS = frozenset(
    """click dblclick contextmenu submit reset change input keydown keyup focus blur focusin focusout
    pointerdown pointerup pointermove pointerover pointerout pointerenter pointerleave pointercancel
    dragstart drag dragenter dragover dragleave dragend drop copy cut paste""".split()
)
KEYBOARD = frozenset({"keydown", "keyup", "keypress"})
HELD = {"ctrl": "ctrl", "control": "ctrl", "shift": "shift", "alt": "alt", "meta": "meta", "cmd": "meta"}
FLAGS = frozenset({"prevent", "stop", "self", "once", "window", "outside"})
WAITS = frozenset({"debounce", "throttle"})
ALIASES = {
    "esc": "escape",
    "return": "enter",
    "space": " ",
    "up": "arrow-up",
    "down": "arrow-down",
    "left": "arrow-left",
    "right": "arrow-right",
    "del": "delete",
}
DURATION = re.compile(r"\d+m?s")
VALUE = "live-value-"


@dataclass(frozen=True, slots=True)
class Binding:
    """What one attribute asks for. ``held`` are keys that must be down, one of ``keys`` must be pressed (none: any)."""

    attribute: str
    event: str
    action: str
    flags: frozenset[str]
    held: frozenset[str]
    keys: frozenset[str]

    def fits(self, key: str, held: frozenset[str]) -> bool:
        return self.held <= held and (not self.keys or kebab(key) in self.keys)


@dataclass(frozen=True, slots=True)
class Model:
    """``live-model``: the bound field, and whether its value is a number, or always a list."""

    field: str
    numeric: bool
    as_list: bool


def bindings_of(node: Node) -> list[Binding]:
    """The bindings an element carries, in the order it was written."""
    found = (binding_of(name, value) for name, value in attributes(node).items())
    return [binding for binding in found if binding is not None]


@lru_cache(maxsize=1024)
def binding_of(attribute: str, action: str) -> Binding | None:
    """The binding that an attribute is, or None for every other attribute."""
    if not attribute.startswith("live-"):
        return None
    name, *modifiers = attribute.removeprefix("live-").split(".")
    event = name.removeprefix("on-") if name.startswith("on-") else name if name in SHORTHANDS else ""
    if not event:
        return None
    words = [word for word in modifiers if word not in WAITS and not DURATION.fullmatch(word)]
    keys = [ALIASES.get(word, word) for word in words if word not in FLAGS and word not in HELD]
    return Binding(
        attribute,
        event,
        action,
        flags=FLAGS.intersection(words),
        held=frozenset(HELD[word] for word in words if word in HELD),
        keys=frozenset(keys if event in KEYBOARD else ()),
    )


def model_of(node: Node) -> Model | None:
    """What a control's ``live-model`` says, or None without one."""
    for name, field in attributes(node).items():
        first, *modifiers = name.split(".")
        if first == "live-model":
            return Model(field, "number" in modifiers, "list" in modifiers)
    return None


def values_of(node: Node) -> dict[str, str]:
    """``live-value-order-id="7"`` → ``{"order_id": "7"}``."""
    return {
        name.removeprefix(VALUE).replace("-", "_"): value
        for name, value in attributes(node).items()
        if name.startswith(VALUE)
    }


def kebab(key: str) -> str:
    return re.sub(r"([a-z])([A-Z])", r"\1-\2", key).lower()
