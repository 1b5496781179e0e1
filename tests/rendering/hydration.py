"""What a browser does with the first HTML of a program: finds its slots, and reads their values back.

It follows the contract and not the client's code: it shows that the HTML, the client form and the shape are enough.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from liveactions.rendering.compose import DIGITS

SLOT = "live@"


@dataclass
class Node:
    """A node of the DOM: an element (``name``), a text (``text``) or a comment (``comment``)."""

    name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    text: str | None = None
    comment: str | None = None


def parsed(html: str, namespace: str = "") -> list[Node]:
    """The nodes of some HTML, as ``innerHTML`` of a template makes them."""
    within = f"<{namespace}>{html}</{namespace}>" if namespace else html
    template = LexborHTMLParser(f"<!doctype html><body><template>{within}</template>").css_first("template")
    assert template is not None
    (fragment,) = template.template_fragments()
    nodes = children_of(fragment)
    return nodes[0].children if namespace else nodes


def in_page(html: str) -> list[Node]:
    """The nodes of some HTML in the body of a page."""
    body = LexborHTMLParser(f"<!doctype html><html><head></head><body>{html}</body></html>").body
    assert body is not None
    return children_of(body)


def children_of(node: LexborNode) -> list[Node]:
    found, child = [], node.child
    while child is not None:
        found.append(node_of(child))
        child = child.next
    return found


def node_of(node: LexborNode) -> Node:
    if node.is_comment_node:
        return Node(comment=node.html[4:-3])
    if node.is_text_node:
        return Node(text=node.text_content)
    attributes = {name: value or "" for name, value in node.attributes.items()}
    return Node(node.tag, attributes, children_of(node))


class Cursor:
    """A place among sibling nodes, maybe inside a text."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.index = 0
        self.offset = 0

    @property
    def node(self) -> Node:
        return self.nodes[self.index] if self.index < len(self.nodes) else Node()

    def next(self) -> Node:
        node, self.index = self.node, self.index + 1
        assert self.offset == 0, f"in the middle of {node}"
        return node

    def static(self, text: str) -> None:
        here = self.node.text
        assert here is not None, f"{text!r} is expected, here is {self.node}"
        assert here.startswith(text, self.offset), f"{text!r} is expected in {here!r} at {self.offset}"
        self.offset += len(text)
        self.passed()

    def passed(self) -> None:
        if self.node.text is not None and self.offset == len(self.node.text):
            self.index, self.offset = self.index + 1, 0

    def rest(self) -> str:
        """All that is left of the text here."""
        if self.node.text is None:
            return ""
        text = self.node.text[self.offset :]
        self.index, self.offset = self.index + 1, 0
        return text

    def at_comment(self, text: str) -> bool:
        return self.offset == 0 and self.node.comment == text

    def bracketed(self) -> list[Node]:
        found: list[Node] = []
        depth = 1
        self.next()
        while self.node != Node():
            node = self.next()
            depth += (node.comment == "[") - (node.comment == "]")
            if not depth:
                return found
            found.append(node)
        return found  # to the end of the parent

    def run(self, *, parted: bool) -> Any:
        value: Any = self.bracketed() if self.at_comment("[") else self.rest()
        if parted:
            assert self.at_comment("|"), f"the end of a run is expected, here is {self.node}"
            self.next()
        return value


class Hydration:
    """Reads the values of a component out of its nodes."""

    def __init__(self, form: bytes, shape: str) -> None:
        self.blocks = json.loads(form)["blocks"]
        self.numbers = list(numbers_in(shape))

    def read(self, nodes: list[Node]) -> list[Any]:
        cursor = Cursor(nodes)
        values = self.block(0, cursor)
        assert cursor.index == len(nodes), f"left over: {nodes[cursor.index :]}"
        assert not self.numbers
        return values

    def block(self, number: int, cursor: Cursor) -> list[Any]:
        html, slots, namespace = self.blocks[number]
        values: list[Any] = [...] * len(slots)
        self.nodes(parsed(html, namespace), cursor, slots, values)
        assert ... not in values, f"{html} has not all of its slots"
        return values

    def nodes(self, expected: list[Node], cursor: Cursor, slots: list[Any], values: list[Any]) -> None:
        for node in expected:
            if node.text is not None:
                cursor.static(node.text)
            elif node.comment is not None and node.comment.startswith(SLOT):
                number = int(node.comment[len(SLOT) :])
                values[number] = self.slot(slots[number], cursor)
            elif node.comment is not None:
                assert cursor.next().comment == node.comment
            else:
                self.element(node, cursor.next(), slots, values)

    def slot(self, slot: list[Any], cursor: Cursor) -> Any:
        kind, *more = slot
        if kind == 0:
            return cursor.run(parted=bool(more))
        if kind == 4:
            chosen = self.numbers.pop(0) - 1
            return None if chosen < 0 else [chosen, self.block(more[0][chosen], cursor)]
        if kind == 5:
            return [self.block(more[0], cursor) for _ in range(self.numbers.pop(0))]
        assert kind == 6
        component = cursor.next()
        assert component.name == "live-part"
        return int(component.children[0].text or "")

    def element(self, expected: Node, node: Node, slots: list[Any], values: list[Any]) -> None:
        assert node.name == expected.name, f"<{expected.name}> is expected, here is {node}"
        attributes = dict(expected.attributes)
        numbers = [int(number) for number in attributes.pop("live-slot", "").split()]
        assert attributes.items() <= node.attributes.items()
        kinds = [slots[number][0] for number in numbers]
        dynamic = {slots[number][1] for number in numbers if slots[number][0] == 1}
        assert 2 in kinds or node.attributes.keys() == attributes.keys() | dynamic
        for number in numbers:
            values[number] = self.of_element(slots[number], node)
        if 3 not in kinds:
            cursor = Cursor(node.children)
            self.nodes(expected.children, cursor, slots, values)
            assert cursor.index == len(node.children), f"left over in <{node.name}>: {node.children[cursor.index :]}"

    def of_element(self, slot: list[Any], node: Node) -> Any:
        if slot[0] == 1:
            return node.attributes[slot[1]]
        if slot[0] == 2:
            return node.attributes
        text = "".join(child.text or "" for child in node.children)
        return text if len(slot) > 1 else text.lstrip("\n")  # which a textarea does not have, a title has


def numbers_in(shape: str) -> Any:
    signs = iter(shape)
    for sign in signs:
        if sign == ".":
            digits = ""
            while (digit := next(signs)) != ".":
                digits += digit
            yield int(digits, 36)
        else:
            yield DIGITS.index(sign)


def as_read(form: bytes, number: int, values: list[Any]) -> list[Any]:
    """The values as a browser has to read them: without entities, HTML as nodes, the attributes of a tag as a dict."""
    blocks = json.loads(form)["blocks"]
    _, slots, namespace = blocks[number]
    return [value_as_read(form, slot, value, namespace) for slot, value in zip(slots, values, strict=True)]


def value_as_read(form: bytes, slot: list[Any], value: Any, namespace: str) -> Any:
    kind, *more = slot
    if kind == 0:
        return ... if "<" in value else "".join(node.text or "" for node in parsed(value))
    if kind == 1:
        return parsed(f'<p x="{value}"></p>' if '"' not in value else f"<p x='{value}'></p>")[0].attributes["x"]
    if kind == 2:
        return parsed(f"<p{value}></p>")[0].attributes
    if kind == 3:
        element = "script" if more else "textarea"
        text = "".join(node.text or "" for node in parsed(f"<{element}>{value}</{element}>")[0].children)
        return text if more else text.lstrip("\n")
    if kind == 4 and value is not None:
        return [value[0], as_read(form, more[0][value[0]], value[1])]
    if kind == 5:
        return [as_read(form, more[0], row) for row in value]
    return value
