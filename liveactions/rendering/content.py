"""What an HTML parser does with elements that stand where it does not want them, as tables.

It closes elements nobody closed, moves what stands loose in a table in front of it, drops tags. Where it would, the
DOM is not what the source says, and slots cannot be told by their place. `displaced` names the outermost element that
takes part in this; what is outside of that one is as it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from liveactions.rendering.blocks import Namespace
from liveactions.rendering.tokens import MARK

__all__ = [
    "ESCAPABLE",
    "SPECIAL",
    "TEXT_ONLY",
    "VOID",
    "Element",
    "attribute_name",
    "displaced",
    "left_open",
    "namespace_in",
    "template_around",
    "text_displaced",
]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = words("area base br col embed hr img input link meta param source track wbr") | words("basefont bgsound keygen")
"""Elements that have no content and no end tag; the last three are no longer written, and parsed all the same."""

ESCAPABLE = words("textarea title")
"""Elements that hold text only, with entities."""

TEXT_ONLY = ESCAPABLE | words("script style xmp iframe noembed noframes noscript")
"""Elements that hold text only. In most of them entities mean nothing."""

FORMATTING = words("a b big code em font i nobr s small strike strong tt u")
"""Left open, they are opened again behind the end of whatever they stood in."""

IMPOSSIBLE = words("html head body frameset frame plaintext image isindex")
"""No component can hold them: the parser drops or renames the tag, or takes it for the page's own."""

ROWS = words("tbody thead tfoot")
SCRIPTING = words("script template")

PARENTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(["caption", "colgroup", *ROWS], words("table")),
    "col": words("colgroup"),
    "tr": ROWS,
    "td": words("tr"),
    "th": words("tr"),
}
"""Elements that are dropped, or get parents nobody wrote, where they do not stand in one of these."""

CHILDREN: dict[str, frozenset[str]] = {
    "table": words("caption colgroup style") | ROWS | SCRIPTING,
    **dict.fromkeys(ROWS, words("tr style") | SCRIPTING),
    "tr": words("td th style") | SCRIPTING,
    "colgroup": words("col template"),
    "select": words("option optgroup hr") | SCRIPTING,
    "optgroup": words("option") | SCRIPTING,
    "option": SCRIPTING,
}
"""What else stands in these is moved out of them or dropped."""

TABLE_PARTS = frozenset({"table", "tr", "colgroup"}) | ROWS
"""Text that stands directly in these is moved in front of the table, or ends them."""

HEADINGS = words("h1 h2 h3 h4 h5 h6")

CLOSED_BY: dict[str, frozenset[str]] = {
    **dict.fromkeys(HEADINGS, HEADINGS),
    "option": words("option"),
    "optgroup": words("option optgroup"),
    **dict.fromkeys(["rb", "rtc"], words("rb rt rtc rp")),
    **dict.fromkeys(["rt", "rp"], words("rb rt rp")),
}
"""An element whose parent is one of these closes it."""

CLOSES_PARAGRAPH = HEADINGS | words(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form"
    " header hgroup hr li listing main menu nav ol p pre search section summary table ul xmp"
)

MARKERS = words("applet caption marquee object td template th")
"""Formatting is not carried over the bounds of these."""

SCOPE = MARKERS | words("html table")
"""Nothing outside of these is closed by what stands inside."""

SPECIAL = (
    CLOSES_PARAGRAPH - {"dialog"}
    | VOID
    | words("applet body button caption colgroup frame frameset head html iframe marquee noembed noframes noscript")
    | words("object plaintext script select style tbody td template textarea tfoot th thead title tr")
)
"""The end tag of an element that is not one of these closes nothing if one of these is open in it."""

ITEMS: dict[str, frozenset[str]] = {"li": words("li"), "dd": words("dd dt"), "dt": words("dd dt")}
BETWEEN_ITEMS = SPECIAL - words("address div p")
"""An item of a list is closed by the next one unless one of these is between them."""

NESTED_NEVER: dict[str, frozenset[str]] = {
    "a": MARKERS,
    "nobr": SCOPE,
    "button": SCOPE,
    "form": words("template"),
    "table": MARKERS,
}
"""Elements that are not nested in their own kind, unless one of these is between."""

INTEGRATION: dict[str, frozenset[str]] = {
    "svg": words("foreignobject desc title"),
    "math": words("mi mo mn ms mtext"),
}
"""Elements of SVG and MathML that hold HTML."""

BREAKOUT = HEADINGS | words(
    "annotation-xml b big blockquote body br center code dd div dl dt em embed font head hr i img li"
    " listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)
"""Elements of HTML that end the ``<svg>`` or ``<math>`` they stand in. (``annotation-xml`` may hold either.)"""

SVG_ONLY = words(
    "circle clippath defs ellipse feblend filter g line lineargradient marker mask path pattern polygon polyline"
    " radialgradient rect stop symbol text textpath tspan use"
)
"""A component whose root is one of these stands in an ``<svg>`` of the page."""

CAMELS = {
    name.lower(): name
    for name in (
        "attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode"
        " filterUnits glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines"
        " keyTimes lengthAdjust limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits"
        " numOctaves pathLength patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ"
        " preserveAlpha preserveAspectRatio primitiveUnits refX refY repeatCount repeatDur requiredExtensions"
        " requiredFeatures specularConstant specularExponent spreadMethod startOffset stdDeviation stitchTiles"
        " surfaceScale systemLanguage tableValues targetX targetY textLength viewBox viewTarget xChannelSelector"
        " yChannelSelector zoomAndPan definitionURL"
    ).split()
}


class Element:
    """An open element. ``name`` in lower case; ``parent`` None: what is around the template, of which nothing is
    known. Names may stand in it that stand nowhere else."""

    __slots__ = ("depth", "name", "namespace", "parent")

    def __init__(self, name: str, parent: Element | None) -> None:
        self.name = name
        self.parent = parent
        self.namespace: Namespace = namespace_of(name, parent) if parent else ""
        self.depth: int = parent.depth + 1 if parent else 0


def namespace_in(parent: Element) -> Namespace:
    """The vocabulary of what stands in ``parent``."""
    holds_html = parent.name in INTEGRATION.get(parent.namespace, ())
    return "" if holds_html else parent.namespace


def namespace_of(name: str, parent: Element) -> Namespace:
    if name == "svg" or (name in SVG_ONLY and parent.parent is None and not parent.name):
        return namespace_in(parent) or "svg"
    if name == "math":
        return namespace_in(parent) or "math"
    return namespace_in(parent)


def attribute_name(written: str, namespace: Namespace) -> str:
    """The name of an attribute in the DOM."""
    name = written.lower()
    return CAMELS.get(name, name) if namespace else name


def above(element: Element | None) -> Iterator[Element]:
    """``element`` and what is around it, as far as the same HTML is concerned: not out of an ``<svg>``."""
    while element is not None and not element.namespace:
        yield element
        element = element.parent


def nearest(names: Collection[str], parent: Element, until: Collection[str] = ()) -> Element | None:
    for element in above(parent):
        if element.name in names:
            return element
        if element.name in until:
            return None
    return None


def outermost(element: Element) -> Element:
    while element.parent is not None:
        element = element.parent
    return element


def marker_above(element: Element) -> Element:
    """What formatting that is left open in ``element`` is carried up to."""
    while element.namespace and element.parent is not None:
        element = element.parent
    return nearest(MARKERS, element) or outermost(element)


def template_around(element: Element | None) -> Element | None:
    """The ``<template>`` whose contents, which are no part of the page, ``element`` belongs to."""
    while element is not None and (element.name != "template" or element.namespace):
        element = element.parent
    return element


def impossible(name: str, parent: Element) -> Element | None:
    return outermost(parent) if name in IMPOSSIBLE else None


def without_its_parent(name: str, parent: Element) -> Element | None:
    allowed = PARENTS.get(name)
    if allowed is None or parent.name in allowed or parent.name in {"", "template"}:
        return None
    return nearest({"table"}, parent) or parent


def wrong_child(name: str, parent: Element) -> Element | None:
    allowed = CHILDREN.get(parent.name)
    if allowed is None or name in allowed:
        return None
    return nearest({"table"}, parent) or parent if parent.name in TABLE_PARTS else parent


def closes_parent(name: str, parent: Element) -> Element | None:
    return parent if parent.name in CLOSED_BY.get(said(name, "h1"), ()) else None


def closes_paragraph(name: str, parent: Element) -> Element | None:
    return nearest({"p"}, parent, SCOPE | {"button"}) if said(name, "h1") in CLOSES_PARAGRAPH else None


def said(name: str, otherwise: str) -> str:
    """The name of an element; of one whose name is not known yet, what it may be."""
    return otherwise if MARK in name else name


def closes_item(name: str, parent: Element) -> Element | None:
    return nearest(ITEMS[name], parent, BETWEEN_ITEMS) if name in ITEMS else None


def nested_in_its_kind(name: str, parent: Element) -> Element | None:
    return nearest({name}, parent, NESTED_NEVER[name]) if name in NESTED_NEVER else None


RULES: tuple[Callable[[str, Element], Element | None], ...] = (
    impossible,
    without_its_parent,
    wrong_child,
    closes_parent,
    closes_paragraph,
    closes_item,
    nested_in_its_kind,
)


def displaced(name: str, parent: Element) -> Element | None:
    """If ``<name>`` in ``parent`` makes the parser do other than is written: the outermost element that is touched."""
    if namespace_in(parent):
        # What is left of the <svg> is read as HTML, in which `<path/>` and `<a/>` are left open.
        return marker_above(foreign_root(parent)) if said(name, "b") in BREAKOUT else None
    touched = [reach(element, parent) for rule in RULES if (element := rule(name, parent)) is not None]
    return min(touched, key=lambda element: element.depth, default=None)


def reach(closed: Element, parent: Element) -> Element:
    """What is open from ``closed`` to ``parent`` is closed too early. The end tags that are left over close other
    elements of these names, as far out as there is one."""
    names: set[str] = set()
    inner = parent
    for element in above(parent):
        if element.depth < closed.depth and element.name in SCOPE:
            break
        if element.depth < closed.depth and element.name in names:
            closed = element
        if element.depth == closed.depth:
            names |= names_between(element, inner)
            inner = element
    return closed


def names_between(outer: Element, inner: Element) -> set[str]:
    names = {element.name for element in above(inner) if element.depth >= outer.depth}
    return names | HEADINGS if names & HEADINGS else names


def foreign_root(element: Element) -> Element:
    """The outermost ``<svg>`` or ``<math>`` around."""
    root, outer = element, element.parent
    while outer is not None:
        root, outer = outer if outer.namespace else root, outer.parent
    return root


def left_open(element: Element, outer: Element) -> Element:
    """If the end tag of ``outer`` finds ``element`` open: the outermost element that is touched."""
    if element.namespace:
        return element
    if element.name in FORMATTING:
        return marker_above(element)
    if outer.name == "form" or (element.name in SPECIAL and outer.name not in SPECIAL):
        return closing_all(outer)
    return element


def closing_all(element: Element) -> Element:
    """The nearest element around whose end tag closes whatever is open in it; that of a form does not."""
    outer = element.parent
    while outer is not None and outer.parent is not None and outer.name not in SPECIAL - {"form"}:
        outer = outer.parent
    return outer or element


def text_displaced(parent: Element) -> Element | None:
    """The same for text that is not only white space."""
    if parent.namespace or parent.name not in TABLE_PARTS:
        return None
    return nearest({"table"}, parent) or parent
