"""Running actions from code."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect

from liveactions import ActionRequest, Component, Confirm, InstanceAction, Redirect, Signal, Toast, action
from liveactions.errors import ArgumentError, CallError, LocalError, ResultError
from liveactions.results import HTML
from sample_site.desk.models import Customer


class Desk(Component):
    name = "tests.requests.running.desk"
    template = "<p>{% block totals %}<b>{{ total }}</b>{% endblock %}</p>"
    opened: int = 0

    def mount(self, opened: int = 0):
        self.opened = opened

    @action
    def greet(self, customer: Customer, loud: bool = False):
        self.request.success(f"Hello {customer.name}{'!' if loud else ''} from {self.user}")

    @action
    async def later(self):
        return Toast("later")

    @action
    def steps(self):
        yield Toast("one")
        answer = yield Confirm("Go on?", choices=[("ok", "On"), ("cancel", "Stop")])
        yield Toast(f"chose {answer}")
        yield Redirect("/")
        raise AssertionError("not reached")

    @action
    async def later_steps(self):
        yield Toast("one")
        yield Toast(str((yield Confirm("Go on?"))))

    @action
    async def ask(self):
        self.request.success(f"{await self.request.confirm('Sure?')}")

    @action
    def ask_back(self):
        self.request.confirm(lambda answered: answered.success("done", alert=True), "Sure?")

    @action
    async def ask_back_later(self):
        async def yes(answered): ...

        self.request.confirm(yes, "Sure?")

    @action(permission="desk.add_customer", confirm="Really add?", atomic=True)
    def add(self, fail: bool = False):
        Customer.objects.create(name="New", city="Here")
        if fail:
            raise ValidationError("No more.")
        return Signal("opened", self.opened)

    @action
    def chosen(self, request):
        return Toast(", ".join(row.name for row in request.selected_rows))

    @action
    def away(self):
        return HttpResponseRedirect("/away/")

    @action
    def totals(self):
        return {"total": 7}

    @action
    def look_around(self, request):
        speaker = type(request.component_instance).__name__
        return Toast(f"{request.find('desk.list')} {request.parent} {speaker}")

    @action
    def warned(self):
        raise Warning("Not on a <Sunday>.")

    @action
    def number(self):
        return 7

    @action
    def nested(self):
        inner = self.request.run(InstanceAction(Desk, "greet", Customer(name="Al", pk=1)))
        self.request.success(f"inner said: {inner['message']}")


@pytest.fixture
def session():
    return ActionRequest(user="ana")


def results_of(name, *rows, session=None, **args):
    request = session or ActionRequest(user="ana")
    InstanceAction(Desk, name, *rows, **args).run_from_code(request)
    return request.compile()


class TestWays:
    def test_l14_run_answers_with_the_childs_response_and_leaves_the_parent_empty(self, session, customers):
        ia = InstanceAction(Desk, "greet", customers[0], loud=True)
        assert session.run(ia)["message"] == "Hello Bo! from ana"
        assert session.response == {}

    def test_l19_an_unknown_action_is_refused(self):
        with pytest.raises(CallError, match=r"Desk has not action nope") as refusal:
            InstanceAction(Desk, "nope")
        assert refusal.value.code == "action.unknown"

    def test_l19_a_method_that_is_no_action_is_unknown(self):
        with pytest.raises(CallError, match="mount"):
            InstanceAction(Desk, "mount")

    def test_a_component_may_be_named(self, session, customers):
        ia = InstanceAction("tests.requests.running.desk", "greet", customers[0])
        assert ia.run_from_session(session)["message"] == "Hello Bo from ana"

    def test_from_code_it_says_things_in_the_request_it_is_given(self, session, customers):
        InstanceAction(Desk, "greet", customers[0]).run_from_code(session)
        assert session.response["message"] == "Hello Bo from ana"

    def test_called_it_is_nobodys(self, customers):
        assert InstanceAction(Desk, "greet", customers[0])()["message"] == "Hello Bo from None"

    def test_a_request_can_be_made_of_it_without_running_it(self, session, customers):
        child = InstanceAction(Desk, "greet", customers[0]).request_from(session, subst_user="ben")
        assert (child.action, child.selected_row, child.user, child.get_user()) == ("greet", customers[0], "ana", "ben")
        assert child.parent_request is session
        assert child.response == {}

    def test_a_child_may_be_somebody_elses(self, session, customers):
        ia = InstanceAction(Desk, "greet", customers[0])
        assert ia.run_from_session(session, user="eve")["message"] == "Hello Bo from eve"

    def test_an_action_may_run_another(self, session, customers):
        response = session.run(InstanceAction(Desk, "nested"))
        assert response["message"] == "inner said: Hello Al from ana"

    def test_an_instance_keeps_its_request(self, customers):
        desk = Desk()
        request = desk.request = ActionRequest(user="ana", page="p1", speaker=desk)
        InstanceAction(desk, "chosen", *customers).run_from_code(request)
        assert desk.request is request
        assert request.compile() == [Toast("Bo, Al, Cy")]
        assert (request.action, request.speaker) == ("", desk)

    def test_its_own_rows_come_before_those_of_the_request(self, customers):
        request = ActionRequest(selected_rows=customers[:1])
        InstanceAction(Desk, "chosen").run_from_code(request)
        InstanceAction(Desk, "chosen", *customers[1:]).run_from_code(request)
        assert request.compile() == [Toast("Bo"), Toast("Al, Cy")]

    async def test_asynchronous_code_waits_for_it(self, session):
        assert await session.arun(InstanceAction(Desk, "ask")) == {
            "success": True,
            "toast_severity": "success",
            "message": "True",
        }


class Page:
    speaker, parent = None, "around"

    def find(self, name):
        return f"found {name}"

    async def ask(self, callback):
        raise AssertionError("nobody is there")


class TestOnAPage:
    def test_the_other_components_can_be_found(self):
        request = ActionRequest(page="p1", scene=Page())
        InstanceAction(Desk, "look_around").run_from_code(request)
        assert request.compile() == [Toast("found desk.list around Desk")]
        assert isinstance(request.scene, Page)

    def test_the_user_is_not_asked_by_an_action_that_is_run_by_another(self):
        with pytest.raises(LocalError, match="another action"):
            InstanceAction(Desk, "ask").run_from_code(ActionRequest(page="p1", scene=Page()))

    def test_a_question_that_no_user_sees_is_told_to_the_log(self):
        request = ActionRequest(page="p1")
        with request.capture_logger() as log:
            assert "xcallback" in request.run(InstanceAction(Desk, "ask_back"))
        assert "Desk.ask_back" in log.getvalue()

    def test_what_is_known_of_other_rows_is_not_known_of_these(self):
        session = ActionRequest(known_values={"city": "Oslo"})
        assert InstanceAction(Desk, "later").request_from(session).known_values == {}
        desk = Desk()
        known = ActionRequest(speaker=desk, known_values={"city": "Oslo"})
        assert InstanceAction(desk, "later").request_from(known).known_values == {"city": "Oslo"}


class TestKinds:
    def test_an_async_action(self):
        assert results_of("later") == [Toast("later")]

    @pytest.mark.parametrize(("agree", "chose"), [(True, "ok"), (False, "cancel")])
    def test_a_generator_is_answered_and_ends_where_it_leaves(self, agree, chose):
        session = ActionRequest(confirm_answer=agree)
        assert results_of("steps", session=session) == [Toast("one"), Toast(f"chose {chose}"), Redirect("/")]

    def test_an_async_generator(self):
        assert results_of("later_steps") == [Toast("one"), Toast("yes")]

    @pytest.mark.parametrize("agree", [True, False])
    def test_l10_a_question_answers_itself(self, agree):
        assert results_of("ask", session=ActionRequest(confirm_answer=agree))[0].message == str(agree)

    def test_l10_and_so_does_one_with_a_function(self, session):
        response = session.run(InstanceAction(Desk, "ask_back"))
        assert (response["message"], response["alert"], "xcallback" in response) == ("done", "Success", True)
        session.set_confirm_answer(False)
        assert session.run(InstanceAction(Desk, "ask_back"))["message"] == "Sure?"

    def test_a_function_that_cannot_be_awaited_is_refused(self, session):
        with pytest.raises(LocalError, match="await"):
            session.run(InstanceAction(Desk, "ask_back_later"))

    def test_a_redirect_of_djangos_is_one(self):
        assert results_of("away") == [Redirect("/away/")]

    def test_a_dict_is_the_context_of_a_block(self):
        assert results_of("totals") == [HTML("<b>7</b>")]

    def test_what_is_no_result_is_refused(self):
        with pytest.raises(ResultError, match="int"):
            results_of("number")


class TestChecks:
    def test_who_may_not_is_refused(self, ana, session):
        with pytest.raises(PermissionDenied):
            InstanceAction(Desk, "add").run_from_code(ActionRequest(user=ana))
        with pytest.raises(PermissionDenied):
            session.run(InstanceAction(Desk, "add"))

    def test_arguments_have_to_fit(self, customers):
        with pytest.raises(ArgumentError, match="nonsense"):
            results_of("greet", customers[0], nonsense=1)
        with pytest.raises(ArgumentError, match="customer"):
            results_of("greet")

    def test_parameters_are_mounted(self, ana, permit):
        request = ActionRequest(user=permit(ana, "add_customer"))
        InstanceAction(Desk, "add", params={"opened": 3}).run_from_code(request)
        assert request.compile() == [Signal("opened", 3)]

    def test_an_atomic_action_leaves_nothing_behind_when_it_fails(self, ana, permit):
        request = ActionRequest(user=permit(ana, "add_customer"))
        with pytest.raises(ValidationError):
            InstanceAction(Desk, "add", fail=True).run_from_code(request)
        assert not Customer.objects.exists()


class TestLikeAClick:
    def test_its_question_is_asked_first(self, ana, permit):
        request = ActionRequest(user=permit(ana, "add_customer"), page="p1")
        InstanceAction(Desk, "add").run_from_ui(request)
        (callback,) = request.collect()
        assert callback.message == "Really add?"
        assert not Customer.objects.exists()
        callback.answer("yes", request)
        assert Customer.objects.count() == 1

    def test_no_is_an_answer(self, ana, permit):
        request = ActionRequest(user=permit(ana, "add_customer"), confirm_answer=False)
        InstanceAction(Desk, "add").run_from_ui(request)
        assert not Customer.objects.exists()
        assert "xcallback" in request.response

    def test_who_has_confirmed_is_not_asked_again(self, ana, permit):
        request = ActionRequest(user=permit(ana, "add_customer"), page="p1", flags={"confirmed": True})
        InstanceAction(Desk, "add").run_from_ui(request)
        assert Customer.objects.exists()

    def test_what_the_user_did_wrong_is_told(self, ana, permit):
        request = ActionRequest(user=permit(ana, "add_customer"))
        InstanceAction(Desk, "add", fail=True).run_from_ui(request)
        assert (request.response["success"], request.response["alert"]) == (False, "Error")
        assert request.response["message"] == "No more."

    def test_a_warning_is_told_too(self):
        request = ActionRequest()
        InstanceAction(Desk, "warned").run_from_ui(request)
        assert request.response["message"] == "Not on a &lt;Sunday&gt;."
