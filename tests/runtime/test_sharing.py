"""Shared components on pages: one state for everybody who looks, changed by whoever may."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from liveactions import Component, SharedComponent, action, field
from liveactions.errors import LocalError
from liveactions.metrics import figures
from liveactions.runtime import Surroundings, Tree
from liveactions.templating import renderer
from liveactions.testing import CallRefused
from tests.sharing.site.components import Poll

pytestmark = pytest.mark.django_db


class Hall(Component):
    name = "sharing.hall"
    template = """{% load live %}<main><h1>{{ user.username }} {{ clicks }}</h1>
      {% live "sharing.poll" topic=topic %}
      <button live-click="click">Click</button><button live-click="go">Go</button>
      <button live-click="find">Find</button>
    </main>"""
    topic: str = "lunch"
    clicks: int = 0

    @action
    def click(self):
        self.clicks += 1

    @action
    def go(self):
        self.topic = "dinner"

    @action
    def find(self):
        self.request.find("sharing.poll")


YES, NO = "[live-value-choice=yes]", "[live-value-choice=no]"


def votes(page) -> str:
    return page.find("output").text().removeprefix("votes: ")


@pytest.fixture
def people():
    make = get_user_model().objects.create_user
    return make("ana"), make("ben")


# One state


def test_what_one_does_everybody_sees(live):
    one, other = live.open(Poll), live.open(Poll)
    one.click(YES)
    other.click(NO)
    other.click(YES)
    assert [votes(one), votes(other)] == ["3", "3"]
    assert [item.text() for item in one.find_all("li")] == ["no 1", "yes 2"]


def test_with_other_parameters_it_is_another_one(live):
    lunch, dinner = live.open(Poll, topic="lunch"), live.open(Poll, topic="dinner")
    lunch.click(YES)
    assert [votes(lunch), votes(dinner)] == ["1", "0"]


def test_it_is_mounted_once_for_everybody(live):
    runs = []

    class Once(SharedComponent):
        name = "sharing.once"
        template = "<p>{{ number }}</p>"
        number: int = 0

        def mount(self):
            runs.append(1)
            self.number = len(runs)

    pages = [live.open(Once) for _ in range(3)]
    assert [page.find("p").text() for page in pages] == ["1", "1", "1"]


def test_it_stays_when_everybody_has_left(live):
    page = live.open(Poll)
    page.click(YES)
    page.close()
    assert votes(live.open(Poll)) == "1"


def test_the_caller_alone_is_told_what_an_action_answers(live):
    one, other = live.open(Poll), live.open(Poll)
    assert [result.message for result in one.click(YES)] == ["Thank you, yes."]
    assert other.toasts == []


def test_an_asynchronous_action_is_no_different(live):
    one, other = live.open(Poll), live.open(Poll)
    assert [result.message for result in one.component(Poll).call("vote_later", choice="yes")] == [
        "Thank you later, yes."
    ]
    assert [votes(one), votes(other)] == ["1", "1"]


def test_its_address_is_everybody_who_sees_it(live):
    one, other, stranger = live.open(Poll), live.open(Poll), live.open(Poll, topic="dinner")
    one.component(Poll).call("tell_all")
    assert [page.toasts for page in (one, other, stranger)] == [["To all."], ["To all."], []]


def test_in_an_action_the_user_is_that_of_the_call(live, people):
    ana, ben = people
    one, other = live.open(Poll, user=ana), live.open(Poll, user=ben)
    other.component(Poll).call("sign")
    assert one.find("i").text() == "by ben"


def test_a_bound_field_is_written_for_everybody(live):
    class Pad(SharedComponent):
        name = "sharing.pad"
        template = "<section><input live-model='text'><p>{{ text }}</p></section>"
        text: str = field("", bind=True)

    one, other = live.open(Pad), live.open(Pad)
    one.fill("input", "Hello")
    assert other.find("p").text() == "Hello"


# What it costs


def test_an_update_is_one_step_however_many_look(live):
    pages = [live.open(Poll) for _ in range(5)]
    before = figures.SHARED_STEPS.count
    pages[0].click(YES)
    assert [votes(page) for page in pages] == ["1"] * 5
    assert figures.SHARED_STEPS.count - before == 1


def test_an_action_that_changes_nothing_makes_no_version(live):
    page = live.open(Poll)
    before = figures.SHARED_STEPS.count
    page.component(Poll).call("nothing")
    assert figures.SHARED_STEPS.count == before


# When it fails


def test_an_action_that_fails_has_changed_nothing(live):
    one, other = live.open(Poll), live.open(Poll)
    one.component(Poll).call("fail", expect="action.failed")
    one.click(YES)
    assert [item.text() for item in other.find_all("li")] == ["yes 1"]


# Inside an ordinary component


def test_it_stands_inside_an_ordinary_component_which_is_each_viewers_own(live, people):
    ana, ben = people
    one, other = live.open(Hall, user=ana), live.open(Hall, user=ben)
    one.click("Click")
    one.click(YES)
    assert [page.find("h1").text() for page in (one, other)] == ["ana 1", "ben 0"]
    assert [votes(page) for page in (one, other)] == ["1", "1"]


def test_with_other_parameters_another_one_takes_its_place(live):
    page, dinner = live.open(Hall), live.open(Poll, topic="dinner")
    page.click(YES)
    page.click("Go")
    assert votes(page) == "0"
    dinner.click(NO)
    assert votes(page) == "1"


def test_an_ordinary_component_cannot_take_it_in_hand(live):
    page = live.open(Hall)
    with pytest.raises(CallRefused) as refused:
        page.click("Find")
    assert "only its own actions and listeners change it" in str(refused.value.__cause__)


def test_a_component_cannot_stand_inside_it(live):
    class Wrong(SharedComponent):
        name = "sharing.wrong"
        template = "{% load live %}<p>{% live 'sharing.hall' %}</p>"

    with pytest.raises(LocalError, match="is shared, and its template places sharing"):
        live.open(Wrong)


# Whose it is


@pytest.mark.parametrize(
    "source",
    [
        "{{ user }}",
        "{{ perms.auth }}",
        "{% csrf_token %}",
        "{{ request.user }}",
        "{% if user.is_staff and 1 %}x{% endif %}",
    ],
)
def test_its_template_cannot_ask_for_what_differs_between_viewers(live, source):
    class Wrong(SharedComponent):
        name = "sharing.personal"
        template = f"<p>{source}</p>"

    with pytest.raises(LocalError, match="was asked for while it was mounted or rendered"):
        live.open(Wrong)


def test_nor_can_what_its_template_calls(live):
    class Wrong(SharedComponent):
        name = "sharing.personal"
        template = "<p>{{ mine }}</p>"

        @property
        def mine(self):
            return self.user.username

    with pytest.raises(LocalError, match="'user' was asked for"):
        live.open(Wrong)


class Secret(SharedComponent):
    name = "sharing.secret"
    template = "<p>{{ text }}</p>"
    text: str = "secret"

    def may_view(self, user):
        return user.has_perm("auth.view_group")

    @action
    def change(self):
        self.text = "changed"


def test_who_may_not_see_it_is_not_shown_it(live, people):
    ana, ben = people
    ana.user_permissions.add(Permission.objects.get(codename="view_group"))
    assert live.open(Secret, user=ana).find("p").text() == "secret"
    with pytest.raises(PermissionDenied):
        live.open(Secret, user=ben)


def test_who_may_not_see_it_any_more_cannot_call_it_and_loses_sight_of_it(live, people):
    ana, _ = people
    permission = Permission.objects.get(codename="view_group")
    ana.user_permissions.add(permission)
    page = live.open(Secret, user=ana)
    page.component(Secret).call("change")
    ana.user_permissions.remove(permission)
    ana.save()  # by which open pages look at their user again
    assert page.find_all("p") == []


banned: list[str] = []


class Circle(SharedComponent):
    name = "sharing.circle"
    template = "<p>{{ without }}</p>"
    without: str = ""

    def may_view(self, user):
        return str(user) not in (self.without, *banned)

    @action
    def leave_out(self, name: str):
        self.without = name


def test_whether_somebody_may_see_it_is_asked_at_every_call(live, people):
    ana, ben = people
    one, other = live.open(Circle, user=ana), live.open(Circle, user=ben)
    banned.append("ben")
    try:
        other.call("leave_out", name="ana", expect="action.forbidden")
    finally:
        banned.clear()
    assert one.find("p").text() == ""


def test_who_may_not_see_what_it_has_become_loses_sight_of_it(live, people):
    ana, ben = people
    one, other = live.open(Circle, user=ana), live.open(Circle, user=ben)
    one.call("leave_out", name="ben")
    assert other.find_all("p") == []
    assert one.find("p").text() == "ben"


def test_an_action_wants_its_permission_of_the_caller(live, people):
    ana, ben = people
    ana.user_permissions.add(Permission.objects.get(codename="add_group"))
    one, other = live.open(Poll, user=ana), live.open(Poll, user=ben)
    one.click(YES)
    other.component(Poll).call("clear", expect="action.forbidden")
    assert votes(one) == "1"
    one.component(Poll).call("clear")
    assert votes(other) == "0"


def test_a_question_is_put_before_an_action_and_not_by_one(live):
    page = live.open(Poll)
    page.click(YES)
    page.component(Poll).call("reset", confirm=True)
    assert votes(page) == "0"
    with pytest.raises(CallRefused) as refused:
        page.call("ask")
    assert "cannot be asked by a shared component" in str(refused.value.__cause__)


# Without a host


def test_where_there_is_no_gallery_it_says_so():
    tree = Tree(renderer(), Surroundings(), page="", first_id=1, limit=9)
    node = tree.mount("sharing.poll", {})
    with pytest.raises(LocalError, match="is shared and cannot be rendered here"):
        tree.draw(node)
