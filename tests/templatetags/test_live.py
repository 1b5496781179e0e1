"""``{% load live %}``: the client in the head, components in the page and inside one another."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.template import Context, RequestContext, Template, TemplateSyntaxError

from liveactions import Component, __version__, audience, broadcast, field
from liveactions.errors import ArgumentError, CallError, DeclarationError
from liveactions.http import cursor_of
from liveactions.results import Toast
from liveactions.runtime import Node, Surroundings, Tree
from liveactions.templating import renderer


class Leaf(Component):
    name = "tags.leaf"
    template = "<li>{{ n }}</li>"
    n: int = 0


class Owned(Component):
    name = "tags.owned"
    template = "<li>{{ group.name }} {{ word }}</li>"
    group: Group
    word: str = ""


class ByKey(Component):
    name = "tags.by_key"
    template = '{% load live %}<ul>{% for n in rows %}{% live "tags.leaf" key=n n=n %}{% endfor %}</ul>'
    rows: list[int] = field(default_factory=list)


class ByPlace(Component):
    name = "tags.by_place"
    template = '{% load live %}<ul>{% for n in rows %}{% live "tags.leaf" n=n %}{% endfor %}</ul>'
    rows: list[int] = field(default_factory=list)


class ByModel(Component):
    name = "tags.by_model"
    template = '{% load live %}<ul>{% for group in groups %}{% live "tags.owned" group=group %}{% endfor %}</ul>'
    groups: list[Group] = field(default_factory=list)


@pytest.fixture
def request_of(rf):
    def make(**attributes: Any) -> Any:
        request = rf.get("/")
        request.user = AnonymousUser()
        vars(request).update(attributes)
        return request

    return make


@pytest.fixture
def tree() -> Tree:
    return Tree(renderer(), Surroundings(user=AnonymousUser(), csrf=str), page="p", first_id=2, limit=100)


def render(source: str, request: Any = None, **context: Any) -> str:
    given = Context(context) if request is None else RequestContext(request, context)
    return Template(f"{{% load live %}}{source}").render(given)


# ── The client ──


def told(head: str) -> dict[str, Any]:
    """What the script is told in ``data-live``."""
    return json.loads(html.unescape(re.search(r'data-live="([^"]*)"', head)[1]))


def test_the_client_is_one_stylesheet_and_one_module(request_of):
    head = render("{% live_client %}", request_of())
    assert '<link rel="stylesheet" href="/static/liveactions/liveactions.css">' in head
    assert '<script type="module" src="/static/liveactions/liveactions.js" data-live="' in head
    assert "nonce" not in head


def test_the_client_is_told_what_the_settings_say(request_of, settings):
    settings.DEBUG = True
    settings.LIVEACTIONS = {"PATH": "/other/", "STORE_NAME": "hyper"}
    client = told(render("{% live_client %}", request_of()))
    assert (client["path"], client["store"], client["build"], client["debug"]) == (
        "/other/",
        "hyper",
        __version__,
        True,
    )


def test_what_the_client_is_told_survives_any_character(request_of, settings):
    settings.LIVEACTIONS = {"STORE_NAME": "a'b&amp;<c>"}
    head = render("{% live_client %}", request_of())
    assert "<c>" not in head
    assert told(head)["store"] == "a'b&amp;<c>"


@pytest.mark.parametrize("nonce", ["abc", 'a"b'])
@pytest.mark.parametrize("place", ["context", "request"])
def test_both_elements_carry_the_nonce(request_of, place, nonce):
    head = render(
        "{% live_client %}",
        request_of(**({"csp_nonce": nonce} if place == "request" else {})),
        **({"csp_nonce": nonce} if place == "context" else {}),
    )
    assert [html.unescape(each) for each in re.findall(r' nonce="([^"]*)"', head)] == [nonce, nonce]


def test_the_client_is_told_since_when_it_must_listen(request_of):
    broadcast(audience.everyone, Toast("something was said before"))
    request = request_of()
    head = render("{% live_client %}", request)
    assert told(head)["since"] == cursor_of(request) > 0


def test_what_is_said_while_the_page_is_rendered_is_not_missed(request_of):
    broadcast(audience.everyone, Toast("before"))
    request = request_of()
    render('{% live "tags.leaf" %}', request)
    cursor = cursor_of(request)
    broadcast(audience.everyone, Toast("meanwhile"))
    assert told(render("{% live_client %}", request))["since"] == cursor


def test_the_client_needs_no_request():
    assert told(render("{% live_client %}"))["path"] == "/live/"


# ── A component in a page ──


def test_a_component_is_placed_by_its_name(request_of):
    assert re.fullmatch(
        r'<li live-id="1" live-token="[^"]+" live-program="[\w-]{8}">3</li>',
        render('{% live "tags.leaf" n=3 %}', request_of()),
    )


def test_a_component_is_placed_by_its_class(request_of):
    assert ">3</li>" in render("{% live leaf n=3 %}", request_of(), leaf=Leaf)


@pytest.mark.parametrize("other", [None, 7, int])
def test_what_is_no_component_class_is_refused(request_of, other):
    with pytest.raises(DeclarationError, match="is not a component class"):
        render("{% live other %}", request_of(), other=other)


def test_parameters_come_from_the_context(request_of):
    assert ">5</li>" in render('{% live "tags.leaf" n=number %}', request_of(), number=5)


def test_parameters_may_come_in_a_mapping_and_what_is_written_beside_it_goes_first(request_of):
    assert ">5</li>" in render('{% live "tags.leaf" with=given %}', request_of(), given={"n": 5})
    assert ">6</li>" in render('{% live "tags.leaf" with=given n=6 %}', request_of(), given={"n": 5})
    with pytest.raises(ArgumentError):
        render('{% live "tags.leaf" with=given %}', request_of(), given={"m": 5})


def test_parameters_are_given_by_name():
    with pytest.raises(TemplateSyntaxError):
        render('{% live "tags.leaf" 3 4 %}')


@pytest.mark.parametrize(
    ("tag", "error"),
    [
        ('{% live "tags.lead" %}', CallError),
        ('{% live "tags.leaf" m=1 %}', ArgumentError),
        ('{% live "" %}', CallError),
    ],
)
def test_a_wrong_placement_is_an_error_of_the_page(request_of, tag, error):
    with pytest.raises(error):
        render(tag, request_of())


def test_a_near_miss_is_answered_with_what_was_meant(request_of):
    with pytest.raises(CallError, match=r"Did you mean tags\.leaf"):
        render('{% live "tags.lead" %}', request_of())


# ── Components inside one another ──


def mounted(tree: Tree, cls: type[Component], **params: Any) -> Node:
    node = tree.mount(cls.name, params)
    tree.draw(node)
    return node


def drawn_again(tree: Tree, node: Node, **values: Any) -> None:
    vars(node.component).update(values)
    tree.draw(node)


def leaves(node: Node) -> list[Any]:
    return [child.component for child in node.placed.values()]


def test_nested_components_are_told_apart_by_their_key(tree):
    node = mounted(tree, ByKey, rows=[1, 2, 3])
    one, two, three = leaves(node)
    drawn_again(tree, node, rows=[3, 1])
    assert leaves(node) == [three, one]
    assert two.n == 2


def test_nested_components_may_be_given_a_mapping(tree):
    class Given(Component):
        name = "tags.given"
        template = '{% load live %}<ul>{% live which key="one" with=given %}</ul>'
        which: str = "tags.leaf"
        given: dict[str, Any] = field(default_factory=dict)

    node = mounted(tree, Given, given={"n": 5})
    (leaf,) = leaves(node)
    drawn_again(tree, node, given={"n": 6})
    assert leaves(node) == [leaf]
    assert leaf.n == 6


def test_nested_components_without_a_key_are_told_apart_by_their_place(tree):
    node = mounted(tree, ByPlace, rows=[1, 2])
    first, second = leaves(node)
    drawn_again(tree, node, rows=[7])
    assert leaves(node) == [first]
    assert (first.n, second.n) == (7, 2)


def test_nested_components_of_model_instances_are_told_apart_by_their_primary_keys(tree, db):
    red, blue = (Group.objects.create(name=name) for name in ("red", "blue"))
    node = mounted(tree, ByModel, groups=[red, blue])
    of_red, of_blue = leaves(node)
    drawn_again(tree, node, groups=[blue, red])
    assert leaves(node) == [of_blue, of_red]


@pytest.mark.parametrize("rows", [[1, 1], ["1", 1]])
def test_one_key_twice_is_refused_with_the_way_out(tree, rows):
    class Twice(Component):
        name = "tags.twice"
        template = '{% load live %}<ul>{% for n in rows %}{% live "tags.leaf" key=n %}{% endfor %}</ul>'
        rows: list[Any] = field(default_factory=list)

    with pytest.raises(DeclarationError, match=r"places 'tags.leaf:1' twice.*key=item.pk"):
        mounted(tree, Twice, rows=rows)


def test_components_of_different_kinds_may_have_one_key(tree):
    class Other(Leaf):
        name = "tags.other"

    class Mixed(Component):
        name = "tags.mixed"
        template = '{% load live %}<ul>{% live "tags.leaf" key=1 n=1 %}{% live "tags.other" key=1 n=2 %}</ul>'

    assert [leaf.n for leaf in leaves(mounted(tree, Mixed))] == [1, 2]
    assert Other.name == "tags.other"


def test_a_key_of_zero_is_a_key(tree):
    node = mounted(tree, ByKey, rows=[0, 1])
    zero, _ = leaves(node)
    drawn_again(tree, node, rows=[1, 0])
    assert leaves(node)[1] is zero


def test_a_class_can_be_placed_where_a_component_names_it(tree):
    class Chooser(Component):
        name = "tags.chooser"
        template = "{% load live %}<ul>{% live component.kind n=4 %}</ul>"

        @property
        def kind(self):
            return Leaf

    (leaf,) = leaves(mounted(tree, Chooser))
    assert (type(leaf), leaf.n) == (Leaf, 4)
