"""Windows as a page hears of them: what opens, what closes, who is told, and who may."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils.translation import gettext_lazy

from liveactions import Close, Event, Notify, Redirect, Wizard, audience, broadcast
from liveactions.components import dump, restore
from liveactions.contrib.windows import WindowStack, open_window
from liveactions.errors import LocalError, ResultError
from liveactions.testing import CallRefused

pytestmark = [pytest.mark.urls("tests.contrib.windows.urls"), pytest.mark.django_db]


def titles(page):
    return page.texts(".live-window-title")


def heard(page):
    return page.texts("#heard li")


class TestOpening:
    def test_f15_a_wizard_opens_with_its_title_and_calls_action_confirm(self, page):
        page.click("Pay")
        assert titles(page) == ["Take a payment"]
        page.submit(amount="12")
        assert page.notifications == ["Took 12 by cash"]

    def test_another_method_may_be_asked_for(self, page):
        opened(page, "till.payment", method="action_refuse")
        page.submit(amount="12")
        assert page.text(".live-form-error") == "Not today."

    def test_a_method_that_is_not_there_is_the_applications_mistake(self, page):
        with pytest.raises(CallRefused) as refused:
            opened(page, "till.payment", method="action_missing")
        assert "has no method 'action_missing'" in str(refused.value.__cause__)
        assert titles(page) == []

    def test_without_a_title_the_class_has_one(self, page):
        page.click("Note")
        assert titles(page) == ["Note"]

    def test_a_wizard_opened_from_a_wizard_stands_on_top_of_it(self, page):
        page.click("Pay")
        page.component("till.payment").call("more")
        assert titles(page) == ["Take a payment", "A note on it"]

    def test_a_wizard_may_take_the_place_of_the_one_on_top(self, page):
        page.click("Pay")
        page.component("till.payment").call("instead")
        assert titles(page) == ["A note instead"]
        page.submit(text="bread")
        assert heard(page) == ["closed {'text': 'bread'}"]

    def test_f9_close_and_wizard_in_one_answer_pop_and_then_push(self, page):
        page.click("Pay")
        page.component("till.payment").call("chain")
        assert titles(page) == ["The next step"]
        page.submit(text="bread")
        assert heard(page) == ["closed None", "closed {'text': 'bread'}"]

    def test_any_component_may_stand_in_a_window(self, page):
        page.click("Plain")
        page.click("Shout")
        assert page.text("#card").startswith("HELLO")

    def test_windows_below_keep_their_state_while_others_come_and_go(self, page):
        page.click("Plain")
        page.click("Shout")
        page.click("Note")
        page.component("till.note").call("cancel")
        assert page.text("#card").startswith("HELLO")

    def test_parameters_may_be_records_translations_and_what_python_has(self, page, admin_user):
        ctx = {"default_text": gettext_lazy("Close"), "active_ids": type(admin_user).objects.all(), "me": admin_user}
        ctx |= {"sum": Decimal("1.50"), "on": date(2026, 1, 2), "pair": (1, 2)}
        stack = page.component(WindowStack).instance
        request = SimpleNamespace(component=1, parent=None, find=lambda which: stack)
        open_window(request, "till.note", title=gettext_lazy("Close"), params={"ctx": ctx})
        opened = stack.windows[0]
        assert (opened.title, opened.opener) == ("Close", 1)
        assert opened.params["ctx"] == {
            "default_text": "Close",
            "active_ids": [admin_user.pk],
            "me": admin_user.pk,
            "sum": Decimal("1.50"),
            "on": date(2026, 1, 2),
            "pair": [1, 2],
        }
        assert restore(WindowStack, dump(stack)).windows == stack.windows

    def test_several_of_one_kind_are_told_apart(self, page):
        page.component("till.desk").call("many", count=3)
        assert titles(page) == ["Note 1", "Note 2", "Note 3"]
        assert len(page.component(WindowStack).state.windows) == 3

    def test_an_unknown_component_is_named(self, page):
        with pytest.raises(CallRefused) as refused:
            opened(page, "till.paiment")
        assert isinstance(refused.value.__cause__, ResultError)
        assert "till.payment" in str(refused.value.__cause__)

    def test_a_page_without_windows_says_what_to_put_into_it(self, live):
        page = live.open("/bare/")
        with pytest.raises(CallRefused) as refused:
            page.click("Pay")
        assert isinstance(refused.value.__cause__, LocalError)
        assert "{% live_windows %}" in str(refused.value.__cause__)

    def test_a_wizard_that_is_broadcast_opens_for_whom_it_was_sent(self, page, live):
        other = live.open("/till/")
        broadcast(audience.page(page.component("till.desk").instance.page), Wizard("till.note"))
        assert titles(page) == ["Note"]
        assert titles(other) == []


class TestClosing:
    def test_f1_close_closes_the_topmost_window_only(self, page):
        page.click("Pay")
        page.component("till.payment").call("more")
        page.click("#close")
        assert titles(page) == ["Take a payment"]

    def test_f2_the_opener_of_the_window_hears_of_it_once(self, page):
        page.click("Pay")
        page.submit(amount="5")
        assert heard(page) == ["closed {'amount': 5}"]
        page.click("#close")
        assert heard(page) == ["closed {'amount': 5}"]

    def test_f3_infos_are_handed_over(self, page):
        page.click("Pay")
        page.submit(amount="5")
        assert Event("live:window:closed", {"component": "till.payment", "infos": {"amount": 5}}) in page.events

    def test_f4_the_message_comes_after_the_window_has_closed(self, page):
        page.click("Pay")
        results = page.submit(amount="5")
        kinds = [type(each) for each in results]
        assert kinds.index(Event) < kinds.index(Notify)
        assert Notify("Took 5 by cash", color="green") in results

    def test_close_may_have_what_is_under_it_look_again(self, page):
        page.click("Pay")
        before = int(page.text("#looked"))
        page.submit(amount="5")
        assert int(page.text("#looked")) == before + 1

    def test_close_from_below_refreshes_the_same(self, page):
        page.click("Pay")
        before = int(page.text("#looked"))
        page.component("till.desk").call("close_top", reload=True)
        assert int(page.text("#looked")) == before + 1
        assert heard(page) == ["closed {'by': 'till'}"]

    def test_close_with_nothing_open_does_the_rest(self, page):
        results = page.click("#close")
        assert [each for each in results if isinstance(each, Close)] == [
            Close(notify="Closed from below", infos={"by": "till"})
        ]

    def test_close_without_windows_on_the_page_is_the_browsers(self, live):
        page = live.open("/bare/")
        assert any(isinstance(each, Close) for each in page.click("#close"))

    def test_the_user_closes_by_cancel_and_by_the_cross(self, page):
        for way in ("Cancel", ".live-window-cross"):
            page.click("Pay")
            page.click(way)
            assert titles(page) == []
        assert heard(page) == ["closed None", "closed None"]

    def test_values_for_the_opener_arrive_although_the_window_closes_first(self, page):
        page.click("Pay")
        page.component("till.payment").call("hand_over")
        assert page.text("#sum") == "80"
        assert titles(page) == []

    def test_f17_f18_a_download_and_a_message_leave_the_window_open(self, page):
        page.click("Pay")
        payment = page.component("till.payment")
        payment.call("file")
        payment.call("tell")
        assert titles(page) == ["Take a payment"]

    def test_what_is_under_a_window_may_be_refreshed_from_within(self, page):
        page.click("Pay")
        before = int(page.text("#looked"))
        page.component("till.payment").call("look")
        assert int(page.text("#looked")) == before + 1

    def test_a_redirect_goes_through(self, page):
        page.click("Pay")
        assert Redirect("/elsewhere/") in page.component("till.payment").call("leave")


def opened(page, component, **given):
    """Have the till open a wizard."""
    page.component("till.desk").call("open", word={"type": "wizard", "model": component, **given})
