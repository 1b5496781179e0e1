"""The action request: who called what."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from liveactions.components import ActionRequest, Component, action
from liveactions.errors import LocalError, ResultError


def test_a_request_without_anything_is_nobodys():
    request = ActionRequest()
    assert (request.user, request.page, request.component, request.action, request.call) == (None, "", 0, "", 0)
    assert (request.args, request.event, request.flags) == ({}, {}, {})
    assert request.response == {}


def test_a_person_waits_where_there_is_a_page():
    assert ActionRequest(page="p1").is_interactive
    assert not ActionRequest(user="ana").is_interactive
    assert not ActionRequest(page="p1", is_interactive=False).is_interactive


def test_a_tab_is_a_page_session():
    assert ActionRequest(page="p1").tab == "p1"


@pytest.mark.parametrize(
    ("flags", "confirmed"),
    [({"confirmed": True}, True), ({"confirmed": 1}, False), ({"confirmed": "no"}, False), ({}, False)],
)
def test_only_true_confirms(flags, confirmed):
    assert ActionRequest(flags=flags).confirmed is confirmed


def test_two_requests_share_nothing():
    with pytest.raises(TypeError):
        ActionRequest().args["a"] = 1
    assert "a" not in ActionRequest().args


def test_whoever_gave_it_out_can_be_told_that_its_user_is_read():
    read = []
    request = ActionRequest(user="ana")
    assert request.user == "ana"
    request.notice(lambda: read.append(1))
    assert (request.page, read) == ("", [])
    assert (request.user, read) == ("ana", [1])


def test_requests_are_equal_if_they_say_the_same():
    noticed = ActionRequest(user="ana")
    noticed.notice(lambda: None)
    assert noticed == ActionRequest(user="ana") != ActionRequest(user="ben")
    assert repr(noticed) == repr(ActionRequest(user="ana"))


class TestWho:
    def test_l16_get_user_prefers_the_substituted_user(self):
        assert ActionRequest(user="ana").get_user() == "ana"
        assert ActionRequest(user="ana", subst_user="ben").get_user() == "ben"

    def test_permissions_are_those_of_the_user_for_whom_it_is_done(self):
        ana = SimpleNamespace(has_perm=lambda name: False)
        ben = SimpleNamespace(has_perm=lambda name: name == "desk.ship")
        assert not ActionRequest(user=ana).has_perm("desk.ship")
        assert ActionRequest(user=ana, subst_user=ben).has_perm("desk.ship")
        assert not ActionRequest(user=ana, subst_user=ben).has_perm("desk.sink")

    def test_nobody_has_no_permission(self):
        assert ActionRequest().has_perm("desk.ship") is False


class TestChildren:
    def test_l17_a_child_inherits_the_confirm_answer_and_the_answers(self):
        parent = ActionRequest(user="ana", answers={"a": "yes"})
        parent.set_confirm_answer(False)
        parent.answered = {"b": "no"}
        child = parent.spawn_request()
        assert (child.confirm_answer, child.answers, child.answered) == (False, {"a": "yes"}, {"b": "no"})
        assert parent.spawn_request(confirm_answer=True).confirm_answer is True

    def test_a_child_inherits_who_and_where_and_keeps_what_it_was_given(self):
        log = object()
        parent = ActionRequest(user="ana", subst_user="ben", page="p1", component=3, master_instance="row", logger=log)
        child = parent.spawn_request(user="eve", action="other")
        assert (child.user, child.subst_user, child.page, child.component) == ("eve", "ben", "p1", 3)
        assert (child.master_instance, child.logger, child.is_interactive) == ("row", log, True)
        assert (child.parent_request, child.action, parent.action) == (parent, "other", "")

    def test_what_is_known_is_inherited_by_a_request_about_the_same(self):
        parent = ActionRequest(action="ship", known_values={"team": 7}, param_values={"by": "boat"})
        same = parent.spawn_request()
        assert (same.action, same.known_values, same.param_values) == ("ship", {"team": 7}, {"by": "boat"})
        assert parent.spawn_request(action="sink").param_values == {}
        assert parent.spawn_request(action="sink").known_values == {"team": 7}
        assert parent.spawn_request(speaker=object()).known_values == {}

    def test_a_request_made_with_a_parent_is_its_child(self):
        parent = ActionRequest(user="ana", confirm_answer=False)
        assert ActionRequest(parent_request=parent).user == "ana"
        assert ActionRequest(parent_request=parent).confirm_answer is False

    @pytest.mark.parametrize("name", ["user", "subst_user", "master_instance", "logger", "renderer", "answers"])
    def test_an_explicit_none_of_what_is_inherited_is_refused(self, name):
        with pytest.raises(LocalError, match=name):
            ActionRequest(user="ana").spawn_request(**{name: None})

    def test_what_a_child_says_is_its_own(self):
        parent = ActionRequest(user="ana")
        parent.success("parent")
        parent.spawn_request().error("child")
        assert parent.response["message"] == "parent"

    def test_l14_run_answers_with_the_response_of_the_child_and_leaves_the_own_empty(self):
        class Runnable:
            def run_from_session(self, session, /, **options):
                child = session.spawn_request(**options)
                child.success(f"by {child.user}")
                return child.response

        parent = ActionRequest(user="ana")
        assert parent.run(Runnable(), subst_user="ben")["message"] == "by ana"
        assert parent.response == {}


class TestValues:
    def test_known_values_are_obvious(self):
        request = ActionRequest(known_values={"team": 7}, obvious_fields=frozenset({"journal"}))
        assert request.is_obvious_field("team")
        assert request.is_obvious_field("journal")
        assert not request.is_obvious_field("name")

    def test_the_component_may_know_values_too(self):
        class Orders(Component):
            template = "<p></p>"
            known_values = {"state": "open", "team": 1}

        request = ActionRequest(speaker=Orders(), known_values={"team": 7})
        assert request.all_known_values == {"state": "open", "team": 7}
        assert request.is_obvious_field("state")

    def test_l18_a_parameter_that_the_action_has_not_is_refused(self):
        class Orders(Component):
            template = "<p></p>"

            @action
            def ship(self, by: str = "", cost: int = 0): ...

        request = ActionRequest(speaker=Orders(), action="ship", param_values={"by": "boat"})
        request.set_action_param_values(cost=3)
        with pytest.raises(ResultError, match=r"Invalid key 'foo'.*by, cost"):
            request.set_action_param_values(cost=4, foo=1)
        assert request.param_values == {"by": "boat", "cost": 3}

    def test_attributes_are_overridden_for_a_while(self):
        request = ActionRequest(user="ana")
        with request.override_attrs(user="ben", known_values={"a": 1}):
            assert (request.user, request.known_values) == ("ben", {"a": 1})
        assert (request.user, request.known_values) == ("ana", {})

    def test_an_attribute_that_there_is_not_cannot_be_overridden(self):
        with pytest.raises(LocalError, match="nonsense"), ActionRequest().override_attrs(nonsense=1):
            pass


class TestTheScene:
    class Page:
        speaker, parent = "speaker", "parent"

        def find(self, name):
            return {"desk.list": "list"}.get(name)

    def test_it_gives_the_other_components_of_the_page(self):
        request = ActionRequest(page="p1", scene=self.Page())
        assert (request.component_instance, request.parent) == ("speaker", "parent")
        assert (request.find("desk.list"), request.find("desk.other")) == ("list", None)

    def test_without_a_page_there_are_none(self):
        request = ActionRequest(user="ana")
        assert (request.component_instance, request.parent, request.find("desk.list")) == (None, None, None)

    def test_a_child_request_is_on_the_same_page(self):
        assert ActionRequest(page="p1", scene=self.Page()).spawn_request().parent == "parent"
