"""Who may."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from liveactions import ActionRequest, Component, action


class Orders(Component):
    name = "tests.requests.permissions.orders"
    template = "<p></p>"
    open: bool = True

    @action(permission="desk.change_order")
    def ship(self): ...

    @action(permission=("desk.change_order", lambda user: user.is_active))
    def sink(self): ...

    @action(permission=lambda component: component.open)
    def look(self): ...

    @action
    def wave(self): ...


def asking(name, user=None, **options):
    return ActionRequest(user=user, speaker=Orders(), action=name, **options)


def somebody(*perms, rows=(), active=True):
    return SimpleNamespace(
        is_active=active, has_perm=lambda name, row=None: name in perms if row is None else (name, row.pk) in rows
    )


class TestPermission:
    def test_an_action_without_one_is_for_everybody(self):
        assert asking("wave").permission

    def test_a_name_is_asked_of_the_user(self):
        assert asking("ship", somebody("desk.change_order")).permission
        assert not asking("ship", somebody()).permission
        assert not asking("ship").permission

    def test_the_one_in_whose_place_it_is_done_counts(self):
        assert not asking("ship", somebody("desk.change_order"), subst_user=somebody()).permission

    def test_of_a_tuple_all_have_to_hold(self):
        ana = somebody("desk.change_order", active=False)
        orders = Orders()
        orders._user = ana
        assert not ActionRequest(user=ana, speaker=orders, action="sink").permission
        ana.is_active = True
        assert ActionRequest(user=ana, speaker=orders, action="sink").permission

    def test_a_function_may_ask_the_component(self):
        request = asking("look")
        assert request.permission
        request.speaker.open = False
        assert not request.permission

    def test_another_permission_can_be_asked_for(self):
        assert not asking("wave").get_permission("desk.change_order")


class TestRows:
    def test_having_it_for_each_row_is_enough(self):
        one, two = SimpleNamespace(pk=1), SimpleNamespace(pk=2)
        ana = somebody(rows=[("desk.change_order", 1)])
        assert asking("ship", ana, selected_rows=[one]).permission
        assert not asking("ship", ana, selected_rows=[one, two]).permission

    @pytest.mark.parametrize("allowed", [True, False])
    def test_a_row_may_have_a_say(self, allowed):
        row = SimpleNamespace(pk=1, get_row_permission=lambda request: allowed)
        assert asking("wave", selected_rows=[row]).permission is allowed
