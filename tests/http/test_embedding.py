"""The page door: a component's first HTML inside an ordinary response."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.template import RequestContext, Template
from django.test import RequestFactory

from liveactions import Component, field, signing, store
from liveactions.errors import ArgumentError, CallError, ResultError
from liveactions.http import embed
from liveactions.wire import load
from tests.wires import tokens


class Counter(Component):
    name = "embedding.counter"
    template = "<p>{{ count }}</p>"
    count: int = 0


class Board(Component):
    name = "embedding.board"
    template = '{% load live %}<ul>{% for n in rows %}{% live "embedding.counter" key=n count=n %}{% endfor %}</ul>'
    rows: list[int] = field(default_factory=list)


@pytest.fixture
def request_of(rf: RequestFactory):
    def make(user=None):
        request = rf.get("/")
        request.user = user or AnonymousUser()
        return request

    return make


def ids(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'live-id="(\d+)"', html)]


def test_the_first_html_is_the_first_render(request_of):
    html = embed(request_of(), "embedding.counter", {"count": 3})
    assert re.fullmatch(r'<p live-id="1" live-token="[^"]+" live-program="[\w-]{8}">3</p>', html)


def test_ids_of_one_response_never_meet(request_of):
    request = request_of()
    parts = [embed(request, "embedding.board", {"rows": [1, 2]}), embed(request, "embedding.counter", {})]
    assert ids("".join(parts)) == [1, 3, 5, 7]
    assert len(tokens("".join(parts))) == 2, "a token for each root, and it speaks for all inside"


def test_the_html_needs_no_escaping_in_a_template(request_of):
    page = Template('{% load live %}<main>{% live "embedding.counter" count=2 %}</main>')
    html = page.render(RequestContext(request_of(), {}))
    assert re.fullmatch(r'<main><p live-id="1" live-token="[^"]+" live-program="[\w-]{8}">2</p></main>', html)


def test_what_a_user_has_written_is_escaped(request_of):
    class Loud(Component):
        template = "<p title='{{ word }}'>{{ word }}</p>"
        word: str = ""

    html = embed(request_of(), "tests.loud", {"word": "<script>'x'</script>"})
    assert "<script>" not in html


def test_the_token_says_for_whom_and_what(request_of, db):
    ada = User.objects.create_user("ada")
    html = embed(request_of(ada), "embedding.counter", {"count": 3})
    token = signing.read(tokens(html)[0], ada)
    assert (token.name, token.id, token.params, token.user) == ("embedding.counter", 1, {"count": 3}, str(ada.pk))


def test_the_state_waits_in_the_store(request_of):
    html = embed(request_of(), "embedding.board", {"rows": [1, 2]})
    token = signing.read(tokens(html)[0], AnonymousUser())
    kept = load(store.store().kept[token.snapshot].value)
    assert kept["tree"]["state"] == {"rows": [1, 2]}
    assert [child["state"] for child in kept["tree"]["children"]] == [{"count": 1}, {"count": 2}]


def test_a_model_instance_travels_as_its_key(request_of, db):
    class Team(Component):
        template = "<p>{{ team.name }}</p>"
        team: Group

    team = Group.objects.create(name="blue")
    html = embed(request_of(), "tests.team", {"team": team})
    token = signing.read(tokens(html)[0], AnonymousUser())
    assert ">blue</p>" in html
    assert team.pk in token.params["team"] and "blue" not in str(token.params)


def test_a_page_without_a_request_has_nobody():
    class Who(Component):
        template = "<p>{{ user.is_anonymous }}</p>"

    assert ">True</p>" in embed(None, "tests.who", {})


def test_a_form_inside_a_component_has_its_token(request_of):
    class CsrfForm(Component):
        template = "<form>{% csrf_token %}</form>"

    html = embed(request_of(), "tests.csrf_form", {})
    assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', html)


@pytest.mark.parametrize(
    ("name", "params", "error", "sentence"),
    [
        ("embedding.nobody", {}, CallError, "There is no component named 'embedding.nobody'"),
        ("embedding.countr", {}, CallError, "Did you mean embedding.counter"),
        ("embedding.counter", {"colour": 1}, ArgumentError, "colour"),
        ("embedding.counter", {"count": "x"}, ArgumentError, "count: "),
        ("embedding.counter", {"count": object()}, ResultError, "count is a builtins.object"),
    ],
)
def test_a_wrong_placement_fails_where_it_is_written(request_of, name, params, error, sentence):
    with pytest.raises(error) as wrong:
        embed(request_of(), name, params)
    assert sentence in str(wrong.value)


def test_a_failure_in_mount_is_the_views(request_of):
    class Failing(Component):
        template = "<p></p>"

        def mount(self):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        embed(request_of(), "tests.failing", {})


def test_mount_may_be_asynchronous(request_of):
    class Later(Component):
        template = "<p>{{ n }}</p>"
        n: int = 0

        async def mount(self):
            self.n = 5

    assert ">5</p>" in embed(request_of(), "tests.later", {})


def test_only_so_many_components_are_placed(request_of, settings):
    settings.LIVEACTIONS = {"MAX_COMPONENTS": 2}
    with pytest.raises(CallError, match="at most 2 components"):
        embed(request_of(), "embedding.board", {"rows": [1, 2, 3]})
