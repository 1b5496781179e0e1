"""From what a test calls a thing to the one element it means; or a message that says what is there instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from liveactions.testing.bindings import bindings_of, model_of
from liveactions.testing.controls import CONTROL, is_group, labels_of
from liveactions.testing.document import Document, Node, attribute, describe, matches, same, text_of
from liveactions.testing.errors import NotFound

__all__ = ["controls_called", "only", "thing_called"]

ANSWERS = "button, a[href], summary, label, input[type=submit], input[type=button], input[type=image], [role=button]"
"""Elements that a user takes for something to click."""

MOST = 12
"""Elements that a message lists."""

Search = Callable[[], Iterable[Node]]


def thing_called(document: Document, words: str, event: str, inside: Node | None = None) -> Node:
    """What a user would do ``event`` to: by its text, the action it is bound to, a CSS selector, a part of its text.

    The first of these that finds anything decides. Raises ``NotFound`` if nothing does, or if it finds several.
    """
    everything = document.select("*", inside)
    things = [node for node in everything if answers_to(node, event)]
    searches: tuple[Search, ...] = (
        lambda: [node for node in things if words in names_of(node)],
        lambda: [node for node in things if any(binding.action == words for binding in bindings_of(node))],
        lambda: selected(document, words, inside),
        lambda: innermost([node for node in everything if text_of(node) == words]),
        lambda: [node for node in things if words in text_of(node)],
    )
    return only(first(searches), f"{words!r} to {event}", things)


def controls_called(document: Document, words: str, inside: Node | None = None) -> list[Node]:
    """A form control: by its label, name, id, placeholder or bound field, or a CSS selector. Raises ``NotFound``.

    Radio buttons, or checkboxes, that share a name or field are one thing to a user; all of them are returned.
    """
    controls = [node for node in document.select(CONTROL, inside) if attribute(node, "type") != "hidden"]
    editable = document.select("[contenteditable]", inside)
    searches: tuple[Search, ...] = (
        lambda: [node for node in controls if words in labels_of(document, node)],
        lambda: [node for node in controls if words in (attribute(node, "name"), attribute(node, "id"))],
        lambda: [node for node in controls if (model := model_of(node)) and model.field == words],
        lambda: [node for node in (*controls, *editable) if is_among(node, selected(document, words, inside))],
        lambda: [node for node in controls if any(words in label for label in labels_of(document, node))],
    )
    found = first(searches)
    return found if is_group(found) else [only(found, f"control {words!r}", controls)]


def only(found: list[Node], wanted: str, instead: Iterable[Node]) -> Node:
    """The one that was found. Raises ``NotFound`` that lists them if there are more, and what there is if none."""
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFound(
            f"{len(found)} elements fit {wanted}:{listed(found)}\nSay which: by a selector, or inside an element."
        )
    raise NotFound(f"There is no {wanted}. There is:{listed(list(instead)) or ' nothing of the kind.'}")


def first(searches: Iterable[Search]) -> list[Node]:
    return next((found for search in searches if (found := list(search()))), [])


def selected(document: Document, words: str, inside: Node | None) -> list[Node]:
    try:
        return document.select(words, inside)
    except ValueError:
        return []


def answers_to(node: Node, event: str) -> bool:
    if any(binding.event == event for binding in bindings_of(node)):
        return True
    return event == "click" and matches(node, ANSWERS)


def names_of(node: Node) -> tuple[str, ...]:
    """What is written on an element, and what it is called where nothing can be read."""
    told = (attribute(node, "aria-label"), attribute(node, "title"))
    written = attribute(node, "value") if node.tag == "input" else text_of(node)
    return tuple(name for name in (written, *told) if name)


def innermost(found: list[Node]) -> list[Node]:
    """Without those that only have the text because of one inside them."""
    around = {parent.mem_id for node in found if (parent := node.parent) is not None}
    return [node for node in found if node.mem_id not in around]


def is_among(node: Node, others: Iterable[Node]) -> bool:
    return any(same(node, other) for other in others)


def listed(nodes: list[Node]) -> str:
    lines = [f"\n  {describe(node)}" for node in nodes[:MOST]]
    return "".join(lines) + (f"\n  … and {len(nodes) - MOST} more" if len(nodes) > MOST else "")
