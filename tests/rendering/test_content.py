"""What an HTML parser does with elements that stand in the wrong place: the tables say what a real one does."""

from __future__ import annotations

import pytest

from liveactions.rendering.content import (
    Element,
    attribute_name,
    displaced,
    left_open,
    namespace_in,
    template_around,
    text_displaced,
)
from tests.rendering.hydration import Node, in_page


def inside(path: str) -> Element:
    element = Element("", None)
    for name in path.split():
        element = Element(name, element)
    return element


DISPLACED = {
    ("div", "p"): "p",
    ("div", "p span"): "p",
    ("div", "p button p"): "p",
    ("div", "span p span"): "span",
    ("ul", "p"): "p",
    ("li", "ul li"): "li",
    ("li", "ul li div"): "li",
    ("dd", "dl dt"): "dt",
    ("h3", "h2"): "h2",
    ("h3", "h1 div h2"): "h1",
    ("a", "a span"): "a",
    ("button", "button span"): "button",
    ("form", "form div"): "form",
    ("tr", "table"): "table",
    ("td", "table tbody"): "table",
    ("tr", "div"): "div",
    ("div", "table"): "table",
    ("div", "table tbody tr"): "table",
    ("form", "div form table tbody tr td"): "form",
    ("table", "table tbody div"): "table",
    ("table", "main div table tbody div"): "div",
    ("option", "select option"): "option",
    ("b", "select option"): "option",
    ("div", "select"): "select",
    ("rt", "ruby rt"): "rt",
    ("div", "svg g"): "",
    ("div", "table tbody tr td svg g"): "td",
    ("p", "svg foreignobject svg"): "",
    ("body", "div"): "",
    ("image", "div p"): "",
}


@pytest.mark.parametrize(("name", "path"), DISPLACED)
def test_the_outermost_element_that_is_touched_is_named(name, path):
    touched = displaced(name, inside(path))
    assert touched is not None
    assert touched.name == DISPLACED[name, path]


FITS = [
    ("div", "div"),
    ("div", "button"),
    ("div", "p object"),
    ("p", "table tbody tr td"),
    ("li", "li ul"),
    ("li", "ul"),
    ("dd", "dl"),
    ("h3", "h2 span"),
    ("a", "a object"),
    ("tr", ""),
    ("td", ""),
    ("tr", "table tbody"),
    ("td", "table tbody tr"),
    ("script", "table"),
    ("template", "table tbody tr"),
    ("table", "table tbody tr td"),
    ("option", "select optgroup"),
    ("hr", "select"),
    ("div", "svg foreignobject"),
    ("p", "svg title"),
    ("image", "svg"),
    ("path", "svg g"),
    ("mi", "math"),
    ("svg", "p"),
    ("x-y", "p"),
]


@pytest.mark.parametrize(("name", "path"), FITS)
def test_what_the_parser_leaves_where_it_is_fits(name, path):
    assert displaced(name, inside(path)) is None


def written(name: str, path: str) -> str:
    names = [*path.split(), name]
    return "".join(f"<{each}>" for each in names) + "".join(f"</{each}>" for each in reversed(names))


def as_written(nodes: list[Node], names: list[str]) -> bool:
    """Is there one element in another, and nothing else?"""
    if not names:
        return not nodes
    return len(nodes) == 1 and nodes[0].name.lower() == names[0] and as_written(nodes[0].children, names[1:])


# What a <select> may hold is not the same in all browsers: the newest, as selectolax, keep everything.
@pytest.mark.parametrize(("name", "path"), [each for each in DISPLACED if "select" not in each[1]])
def test_a_parser_does_otherwise_than_is_written(name, path):
    assert not as_written(in_page(written(name, path)), [*path.split(), name])


@pytest.mark.parametrize(("name", "path"), [each for each in FITS if each[1]])
def test_a_parser_does_as_is_written(name, path):
    assert as_written(in_page(written(name, path)), [*path.split(), name])


@pytest.mark.parametrize("parent", ["table", "tbody", "thead", "tfoot", "tr"])
def test_text_is_moved_out_of_a_table(parent):
    path = {"table": "table", "tr": "table tbody tr"}.get(parent, f"table {parent}")
    touched = text_displaced(inside(path))
    assert touched is not None
    assert touched.name == "table"


@pytest.mark.parametrize("path", ["", "div", "table tbody tr td", "table caption", "select", "svg text"])
def test_text_stays_elsewhere(path):
    assert text_displaced(inside(path)) is None


LEFT_OPEN = {
    ("p", "main"): "p",
    ("span", "div"): "span",
    ("b", "div table tbody tr td p"): "td",
    ("b", "div p"): "",
    ("div", "main span"): "main",
    ("div", "main x-y span"): "main",
    ("span", "main form"): "main",
    ("path", "svg"): "path",
}


@pytest.mark.parametrize(("name", "path"), LEFT_OPEN)
def test_an_element_nobody_closes_touches_those_around_that_its_parents_end_does_not_close(name, path):
    outer = inside(path)
    assert left_open(Element(name, outer), outer).name == LEFT_OPEN[name, path]


def test_it_is_known_what_stands_in_a_template():
    around = template_around(inside("div template p"))
    assert around is not None
    assert around.name == "template"
    assert template_around(inside("div p")) is None


@pytest.mark.parametrize(
    ("path", "namespace"),
    {
        "div": "",
        "svg": "svg",
        "svg g": "svg",
        "svg foreignobject": "",
        "svg foreignobject div": "",
        "math": "math",
        "math mi": "",
        "g": "svg",
        "div g": "",
    }.items(),
)
def test_the_vocabulary_is_that_of_the_elements_around(path, namespace):
    assert namespace_in(inside(path)) == namespace


def test_attributes_have_the_names_they_have_in_the_dom():
    assert attribute_name("DATA-x", "") == "data-x"
    assert attribute_name("viewbox", "svg") == "viewBox"
    assert attribute_name("viewBox", "") == "viewbox"
