"""Forms without JavaScript, posted to the page by Django's own client."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from liveactions import Alert, Component, Download, Error, Notify, Redirect, Result, Toast, action, field

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.fallback.test_forms")]

FORM = """{% load live %}<form method="post" live-submit="{{ does }}">{% csrf_token %}{% live_post does %}</form>"""


class Guestbook(Component):
    """What the forms of these tests belong to."""

    name = "posts.guestbook"
    template = FORM + "<p>{{ entries|join:', ' }}|{{ text }}|{{ tags|join:'+' }}|{{ problem }}</p>"

    does: str = "sign"
    entries: list[str] = field(default_factory=list)
    text: str = field("", bind=True)
    tags: list[str] = field(default_factory=list, bind=True)
    problem: str = ""

    def mount(self, does: str = "sign") -> None:
        self.does = does

    @action
    def sign(self, text: str = "") -> Toast | None:
        if not self.text:
            self.problem = "Write something."
            return None
        self.entries.append(self.text)
        self.text = self.problem = ""
        return Toast("Signed", level="success")

    @action
    async def leave(self) -> Redirect:
        return Redirect("/elsewhere/")

    @action
    def fetch(self) -> Download:
        return Download("book.txt", b"x" * 300_000, mimetype="text/plain")

    @action
    def stream(self) -> Any:
        yield Toast("<b>One</b>")
        yield Notify("Two", color="red")
        yield Alert("<b>Three</b>", html=True)
        yield Error("Four")

    @action(permission="auth.change_user")
    def forbidden(self) -> None:
        self.entries.append("never")

    @action
    def count(self, number: int, several: list[int]) -> Toast:
        return Toast(f"{number} {several}")

    @action(confirm="Tear out the pages?")
    def tear(self) -> Toast:
        return Toast("Torn")

    @action
    async def ask(self) -> Result:
        await self.request.confirm("Really?")
        return Toast("never")


class Shelf(Component):
    name = "posts.shelf"
    template = '{% load live %}<div>{% live "posts.guestbook" key="a" %}{% live "posts.guestbook" key="b" %}</div>'


def page(request: HttpRequest, component: str = "guestbook", does: str = "sign") -> HttpResponse:
    """A page whose view knows nothing of posts, and which allows only GET."""
    if request.method != "GET":
        return HttpResponse(status=405)
    params = {"does": does} if component == "guestbook" else {}
    text = "{% load live %}{% live name with=params %}<ul>{% for m in messages %}<li>{{ m }}</li>{% endfor %}</ul>"
    context = {"name": f"posts.{component}", "params": params, "messages": get_messages(request)}
    request_context = Context(context)
    request_context.request = request  # type: ignore[attr-defined]  # as RequestContext does
    return HttpResponse(Template(text).render(request_context))


@csrf_exempt
def hook(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the view itself")


urlpatterns = [
    path("hook/", hook),
    path("<str:component>/", page),
    path("<str:component>/<str:does>/", page),
]


class Visitor:
    """A browser without JavaScript, whose CSRF is checked."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.url = ""
        self.html = ""

    def open(self, url: str) -> Visitor:
        self.url = url
        self.html = self.client.get(url).content.decode()
        return self

    def post(self, nth: int = 0, /, *, follow: bool = True, **values: Any) -> Any:
        """Submit the nth form of the page with these values."""
        hidden = [dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', form)) for form in self.html.split("<form")[1:]]
        data = {name: value.replace("&quot;", '"') for name, value in hidden[nth].items()}
        response = self.client.post(self.url, {**data, **values})
        if follow:
            assert response.status_code == 303
            assert response["location"] == self.url
            self.open(self.url)
        return response

    @property
    def shown(self) -> str:
        return " / ".join(re.findall(r"<p[^>]*>(.*?)</p>", self.html))

    @property
    def told(self) -> list[str]:
        return re.findall(r"<li>(.*?)</li>", self.html)


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def test_a_form_runs_its_action_and_the_page_shows_what_came_of_it(visitor):
    visitor.open("/guestbook/").post(text="Ana was here")
    assert visitor.shown == "Ana was here|||"
    assert visitor.told == ["Signed"]


def test_what_was_typed_and_what_is_wrong_with_it_stand_in_the_page_afterwards(visitor):
    visitor.open("/guestbook/").post(text="", tags=["a", "b"])
    assert visitor.shown == "||a+b|Write something."


def test_one_post_follows_another_from_where_the_last_has_led(visitor):
    visitor.open("/guestbook/").post(text="One")
    visitor.post(text="Two")
    visitor.post(text="", tags="single")
    assert visitor.shown == "One, Two||single|Write something."


def test_loading_the_page_again_does_nothing_twice_and_begins_anew(visitor):
    visitor.open("/guestbook/").post(text="One")
    visitor.open(visitor.url)
    assert visitor.shown == "|||"
    assert visitor.told == []


def test_a_page_whose_state_is_no_longer_kept_still_takes_what_was_typed(visitor):
    from liveactions.store import store_at

    visitor.open("/guestbook/")
    store_at.cache_clear()
    visitor.post(text="After a long while")
    assert visitor.shown == "After a long while|||"


def test_a_form_of_a_nested_component_is_that_ones(visitor):
    visitor.open("/shelf/").post(1, text="In the second")
    assert visitor.shown == "||| / In the second|||"
    visitor.post(0, text="In the first")
    assert visitor.shown == "In the first||| / In the second|||"


def test_a_redirect_is_followed(visitor):
    response = visitor.open("/guestbook/leave/").post(follow=False)
    assert (response.status_code, response["location"]) == (303, "/elsewhere/")


def test_a_file_is_the_answer(visitor):
    response = visitor.open("/guestbook/fetch/").post(follow=False)
    assert response.content == b"x" * 300_000
    assert response["content-disposition"] == 'attachment; filename="book.txt"'


def test_what_is_too_large_for_a_socket_is_not_for_a_page(visitor, settings):
    settings.LIVEACTIONS = {"MAX_ANSWER": 2000}
    visitor.open("/guestbook/").post(text="x" * 5000)
    assert visitor.told == ["Signed"]
    assert "x" * 5000 in visitor.shown


def test_messages_of_all_kinds_are_messages_of_django_and_escaped_unless_they_are_markup(visitor):
    visitor.open("/guestbook/stream/").post()
    assert visitor.told == ["&lt;b&gt;One&lt;/b&gt;", "Two", "<b>Three</b>", "Four"]


def test_a_value_is_one_or_a_list_as_the_action_asks(visitor):
    visitor.open("/guestbook/count/").post(number="7", several="1")
    assert visitor.told == ["7 [1]"]
    visitor.post(number="7", several=["1", "2"])
    assert visitor.told == ["7 [1, 2]"]


def test_who_may_not_run_the_action_is_told_so_and_nothing_is_done(visitor):
    visitor.open("/guestbook/forbidden/").post()
    assert len(visitor.told) == 1
    assert "never" not in visitor.shown


def test_an_argument_that_does_not_fit_is_refused(visitor):
    visitor.open("/guestbook/count/").post(number="many", several="1")
    assert len(visitor.told) == 1
    assert "number" in visitor.told[0]


def test_a_question_of_an_action_is_answered_by_a_field_of_the_form(visitor):
    visitor.open("/guestbook/tear/").post()
    assert visitor.told == ["Tear out the pages?"]
    visitor.post(**{"live-confirmed": "on"})
    assert visitor.told == ["Torn"]


def test_an_action_that_asks_while_it_runs_is_ended(visitor):
    visitor.open("/guestbook/ask/").post()
    assert visitor.told == ["This asks questions, for which a browser needs JavaScript."]


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_form_of_another_site_is_refused_by_djangos_csrf(visitor, settings, everywhere):
    if not everywhere:  # the site protects its views one by one
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "csrf" not in each]
    visitor.open("/guestbook/")
    response = visitor.post(follow=False, text="Forged", csrfmiddlewaretoken="x" * 32)
    assert response.status_code == 403


def test_a_form_that_was_made_for_somebody_else_is_refused(visitor):
    visitor.open("/guestbook/")
    visitor.client.force_login(User.objects.create_user("ana"))
    token = visitor.client.get(visitor.url).cookies["csrftoken"].value
    response = visitor.post(follow=False, text="Mine", csrfmiddlewaretoken=token)
    assert response.status_code == 303
    visitor.open(visitor.url)
    assert visitor.told == ["This page was made for another user. Reload the page."]
    assert visitor.shown == "|||"


@pytest.mark.parametrize("field", ["", "null", "[]", '["sign",[],""]', '["sign",["x"],"y"]', "[1,2,3]", "[" * 10_000])
def test_a_field_that_was_not_written_here_is_refused(visitor, field):
    visitor.open("/guestbook/").post(**{"live-post": field, "text": "x"})
    assert len(visitor.told) == 1
    assert visitor.shown == "|||"


def test_a_component_that_is_not_there_any_more_is_said_to_be_gone(visitor):
    visitor.open("/shelf/")
    visitor.html = visitor.html.replace("posts.guestbook:a", "posts.guestbook:z")
    visitor.post(text="Where?")
    assert visitor.told == ["What this form belongs to is not there any more. Look at the page again."]


def test_other_posts_are_their_views_business(visitor):
    assert visitor.client.post("/hook/", {"live-post": "x"}).content == b"the view itself"
    plain = Client()
    assert plain.post("/guestbook/", {"text": "x"}).status_code == 405


def test_what_is_left_behind_is_for_the_same_user_and_component_only(visitor):
    visitor.open("/guestbook/").post(text="One", follow=False)
    assert "One" not in visitor.client.get("/guestbook/fetch/").content.decode(), "other parameters"
    visitor.client.cookies["live-left"]["path"] = "/"
    visitor.client.force_login(User.objects.create_user("ana"))
    assert "One" not in visitor.client.get("/guestbook/").content.decode()


def test_without_the_middleware_the_tag_says_what_to_do(visitor, settings):
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if not each.startswith("liveactions")]
    with pytest.raises(ImproperlyConfigured, match=r"liveactions\.fallback\.LiveForms"):
        visitor.open("/guestbook/")


def test_the_tag_stands_inside_a_component():
    with pytest.raises(TemplateSyntaxError, match="template of a component"):
        Template('{% load live %}{% live_post "x" %}').render(Context())


async def test_it_works_under_asgi_too(async_client):
    response = await async_client.get("/guestbook/")
    html = response.content.decode()
    data: dict[str, str] = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', html))
    data = {name: value.replace("&quot;", '"') for name, value in data.items()}
    response = await async_client.post("/guestbook/", {**data, "text": "Async"})
    assert response.status_code == 303
    response = await async_client.get("/guestbook/")
    assert "Async|" in response.content.decode()
