"""Buttons."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from liveactions import ActionRequest, Component, InstanceAction, action
from liveactions.errors import CallError, LocalError
from sample_site.desk.models import Customer


class Customers(Component):
    name = "tests.requests.buttons.customers"
    template = "<p></p>"
    model = Customer

    @action
    def greet(self, customer: Customer, loud: bool = False, from_whom: str = ""): ...

    @action("by_key")
    def by_the_key(self, pk: int): ...

    @action
    def clear(self): ...

    @action(permission="desk.delete_customer")
    def delete(self, pk: int): ...

    @action
    def anything(self, **extra): ...


class Others(Component):
    name = "tests.requests.buttons.others"
    template = "<p></p>"

    @action
    def wave(self): ...


BO = Customer(pk=3, name="Bo <b>", city="Oslo")


def inside(**options):
    return ActionRequest(page="p1", speaker=Customers(), **options)


class TestInsideAComponent:
    def test_a_row_goes_to_the_parameter_of_its_model(self):
        assert inside().row_action_button(BO, "greet", "Greet <b>") == (
            '<button type="button" live-click="greet" live-value-customer="3">Greet &lt;b&gt;</button>'
        )

    def test_or_to_its_key(self):
        html = inside().row_action_button(BO, "by_key")
        assert html == '<button type="button" live-click="by_key" live-value-pk="3">By the key</button>'

    def test_a_request_is_made_again(self):
        html = inside(action="greet", args={"customer": 3, "loud": True, "from_whom": 'a"b'}).as_button()
        assert html == (
            '<button type="button" live-click="greet" live-value-customer="3" live-value-loud="True"'
            ' live-value-from-whom="a&quot;b">Greet</button>'
        )

    def test_another_request_is_made(self):
        other = inside(action="clear")
        assert inside().ar2button(other, class_="x") == (
            '<button type="button" live-click="clear" class="x">Clear</button>'
        )

    def test_a_row_of_another_request(self):
        assert 'live-value-pk="3"' in inside().row_action_button_ar(BO, inside(action="by_key"), "x")

    def test_without_a_row(self):
        assert inside().menu_item_button("clear") == inside().action_button(None, "clear")
        assert inside().action_button(BO, "by_key") == inside().row_action_button(BO, "by_key")

    def test_an_instance_action_has_one(self):
        ship = InstanceAction(Customers, "greet", BO, from_whom="us")
        html = ship.as_button(inside(), "Go")
        assert html == (
            '<button type="button" live-click="greet" live-value-customer="3" live-value-from-whom="us">Go</button>'
        )
        assert inside().instance_action_button(ship, "Go") == html

    def test_there_is_none_for_who_may_not(self):
        assert inside().row_action_button(BO, "delete") == ""
        assert InstanceAction(Customers, "delete", BO).as_button(inside()) == ""
        may = SimpleNamespace(has_perm=lambda name, row=None: True)
        assert "delete" in inside(user=may).row_action_button(BO, "delete")

    def test_for_another_request_it_is_not_asked(self):
        assert "delete" in inside().ar2button(inside(action="delete", args={"pk": 3}))

    def test_an_unknown_action_has_none(self):
        with pytest.raises(CallError, match="Customers has not action nope"):
            inside().menu_item_button("nope")

    def test_what_cannot_stand_on_a_button_is_refused(self):
        with pytest.raises(LocalError, match="loud"):
            inside(action="greet", args={"loud": [1]}).as_button()

    def test_the_name_of_an_argument_cannot_be_more_than_that(self):
        with pytest.raises(LocalError, match="onclick"):
            inside(action="anything", args={"x onclick=alert(1) y": 1}).as_button()


class TestElsewhere:
    def test_a_row_is_an_ordinary_link(self):
        row = SimpleNamespace(pk=3, get_absolute_url=lambda: "/customers/3/")
        html = ActionRequest(speaker=Customers()).row_action_button(row, "clear", "Look")
        assert html == '<a href="/customers/3/">Look</a>'

    def test_an_action_without_a_row_is_its_text(self):
        assert ActionRequest(speaker=Customers()).menu_item_button("clear", "<x>") == "&lt;x&gt;"

    def test_the_action_of_another_component_is_no_button_here(self):
        assert InstanceAction(Others, "wave").as_button(inside(), "Wave") == "Wave"
