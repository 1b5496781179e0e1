"""The page's HTML as a tree: parsed as a browser does, searched by CSS, and changed as the client changes it.

The only module that knows selectolax. A node is good until the next change of the document and is never kept: what
is taken out of the tree is freed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

try:
    from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError
except ImportError as error:
    raise ImportError(
        "liveactions.testing reads HTML with selectolax, which is not installed: pip install 'liveactions[testing]'."
    ) from error

__all__ = [
    "Document",
    "Node",
    "ancestors",
    "attribute",
    "attributes",
    "closest",
    "contains",
    "content_of",
    "describe",
    "fragment_of",
    "matches",
    "same",
    "text_of",
]

Node = LexborNode

KEPT = ("live-id", "live-token")
"""A component's root stays one, even where HTML was written without knowing."""


class Document:
    """One page. ``swap`` and ``patch`` return the ids of kept components that turned out not to be there."""

    def __init__(self, html: str) -> None:
        self.tree = LexborHTMLParser(html, scripting=True)

    @property
    def html(self) -> str:
        return self.tree.html or ""

    @property
    def root(self) -> Node:
        root = self.tree.css_first("html")
        assert root is not None  # the parser makes one
        return root

    @property
    def title(self) -> str:
        found = self.tree.css_first("title")
        return text_of(found) if found else ""

    def select(self, selector: str, inside: Node | None = None) -> list[Node]:
        """The elements that fit, in the order of the page. Raises ``ValueError`` for what is no CSS selector."""
        try:
            return (inside or self.tree).css(selector)
        except SelectolaxError:
            raise ValueError(f"{selector!r} is not a CSS selector.") from None

    def component(self, component_id: int) -> Node | None:
        """The root element of a component."""
        return self.tree.css_first(f'[live-id="{component_id}"]')

    # Changes --------------------------------------------------------------------------------------------------

    def patch(self, component_id: int, html: str) -> list[int]:
        """A component is now ``html``. Nothing happens if it is not in the page."""
        root = self.component(component_id)
        return [] if root is None else self.outer(root, html)

    def swap(self, how: str, target: Node, html: str) -> list[int]:
        """One of the eight swaps of ``HTML``."""
        return getattr(self, how)(target, html) or []

    def outer(self, target: Node, html: str) -> list[int]:
        nodes, missing = self.parsed(html)
        first = next((node for node in nodes if node.is_element_node), None)
        if first is not None:
            keep_identity(target, first)
        for node in nodes:
            target.insert_before(node)
        target.decompose()
        return missing

    def inner(self, target: Node, html: str) -> list[int]:
        nodes, missing = self.parsed(html)
        target.inner_html = ""
        for node in nodes:
            target.insert_child(node)
        return missing

    def before(self, target: Node, html: str) -> None:
        for node in parse(html):
            target.insert_before(node)

    def after(self, target: Node, html: str) -> None:
        for node in reversed(parse(html)):
            target.insert_after(node)

    def prepend(self, target: Node, html: str) -> None:
        first = target.first_child
        if first is None:
            self.append(target, html)
        else:
            self.before(first, html)

    def append(self, target: Node, html: str) -> None:
        for node in parse(html):
            target.insert_child(node)

    def delete(self, target: Node, _html: str = "") -> None:
        target.decompose()

    def none(self, _target: Node, _html: str = "") -> None:
        """Nothing changes."""

    def parsed(self, html: str) -> tuple[list[Node], list[int]]:
        """The nodes of ``html`` with the components it wants kept, and the ids of those that are not there."""
        fragment = fragment_of(html)
        missing = []
        for placeholder in fragment.css("[live-keep]"):
            component_id = int(attribute(placeholder, "live-id") or 0)
            present = self.component(component_id)
            if present is None:
                del placeholder.attrs["live-keep"]
                missing.append(component_id)
            else:
                placeholder.replace_with(present)  # a copy; the original goes with what is replaced
        return top_level(fragment), missing


CONTENT = "data-content"
"""A ``<template>`` loses its content when it is put into the page, so it is kept here."""

TEMPLATE_TAG = re.compile(r'^<template(?:[^>"]|"[^"]*")*>')


# Parsing ------------------------------------------------------------------------------------------------------


def fragment_of(html: str) -> LexborHTMLParser:
    """``html`` as the content of a ``<template>``: table rows stay table rows."""
    fragment = LexborHTMLParser(html, is_fragment=True, fragment_tag="template", scripting=True)
    for template in fragment.css("template"):
        template.attrs[CONTENT] = content_of(template)
    return fragment


def content_of(template: Node) -> str:
    """What stands in a ``<template>``, which is no part of the page."""
    kept = attribute(template, CONTENT)
    return TEMPLATE_TAG.sub("", template.html or "").removesuffix("</template>") if kept is None else kept


def parse(html: str) -> list[Node]:
    return top_level(fragment_of(html))


def top_level(fragment: LexborHTMLParser) -> list[Node]:
    return list(siblings(fragment.root))


def siblings(node: Node | None) -> Iterator[Node]:
    while node is not None:
        yield node
        node = node.next


def keep_identity(old: Node, new: Node) -> None:
    other = attribute(new, "live-id") not in (None, attribute(old, "live-id"))
    for name in KEPT:
        value = attribute(old, name)
        if value is not None and attribute(new, name) is None and not other:
            new.attrs[name] = value


# Reading ------------------------------------------------------------------------------------------------------


def attributes(node: Node) -> dict[str, str]:
    """The attributes by name; one without a value is empty."""
    return {name: value or "" for name, value in node.attributes.items()}


def attribute(node: Node, name: str) -> str | None:
    """The value of an attribute, or None without it."""
    found = node.attributes
    return (found[name] or "") if name in found else None


def ancestors(node: Node) -> Iterator[Node]:
    """The element itself and those around it, innermost first."""
    at: Node | None = node
    while at is not None and at.is_element_node:
        yield at
        at = at.parent


def closest(node: Node, selector: str) -> Node | None:
    """The element itself or the nearest around it that fits."""
    fitting = {other.mem_id for other in node.parser.css(selector)}
    return next((element for element in ancestors(node) if element.mem_id in fitting), None)


def matches(node: Node, selector: str) -> bool:
    """Whether the element itself fits. (``css_matches`` of the library looks inside too.)"""
    return any(same(node, other) for other in node.parser.css(selector))


def same(one: Node | None, other: Node | None) -> bool:
    """Whether both are the same element. (``==`` of the library compares their HTML.)"""
    return one is other or (one is not None and other is not None and one.mem_id == other.mem_id)


def contains(outer: Node, inner: Node) -> bool:
    return any(same(element, outer) for element in ancestors(inner))


SHOWN = ("id", "name", "type", "value", "href")
QUIET = frozenset({"live-token", "live-signals"})


def describe(node: Node) -> str:
    """An element as a message names it: ``<button live-click="save"> "Save it"``."""
    told = {name: value for name, value in attributes(node).items() if is_telling(name)}
    tag = " ".join([node.tag or "", *(f'{name}="{value}"' if value else name for name, value in told.items())])
    text = text_of(node)
    return f"<{tag}>" + (f' "{text[:40]}"' if text else "")


def is_telling(name: str) -> bool:
    return name in SHOWN or (name.startswith("live-") and name not in QUIET)


UNSEEN = frozenset({"head", "noscript", "script", "style", "template"})
BLOCKS = frozenset(
    """address article aside blockquote body br button caption dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr input label legend li live-root main nav ol optgroup option output p pre
    section select summary table tbody td textarea tfoot th thead tr ul""".split()
)


def text_of(node: Node) -> str:
    """What a reader sees of an element: its text with single spaces, without hidden elements."""
    return " ".join("".join(texts(node)).split())


def texts(node: Node) -> Iterator[str]:
    if node.is_text_node:
        yield node.text_content or ""
    elif node.is_element_node and node.tag not in UNSEEN and "hidden" not in node.attributes:
        around = " " if node.tag in BLOCKS else ""
        yield around
        for child in siblings(node.first_child):
            yield from texts(child)
        yield around
