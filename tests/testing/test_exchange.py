"""What an open page sends, and what it does with what it is told."""

from __future__ import annotations

import pytest

from liveactions import Error, Toast, broadcast
from liveactions.testing import CallRefused, PageFailed
from liveactions.wire.frames import Call
from tests.testing.components import Counter, Keys, PersonForm, Room, Search, SlowForm


class TestRefusals:
    def test_a_refused_call_raises_with_its_code(self, live):
        page = live.open(Counter)
        with pytest.raises(CallRefused, match=r"action\.unknown: tests\.counter has no action 'fly'") as refused:
            page.call("fly")
        assert refused.value.code == "action.unknown"
        assert refused.value.fault == "page"

    def test_an_expected_refusal_is_the_last_refusal(self, live):
        page = live.open(Counter)
        assert page.call("forbidden", expect="action.forbidden") == [Error("Not you.", status=403)]
        assert page.refusal is not None
        assert page.refusal.code == "action.forbidden"

    def test_a_wrong_argument_is_named(self, live):
        page = live.open(Counter)
        with pytest.raises(CallRefused) as refused:
            page.call("increment", by="many")
        assert refused.value.code == "argument.invalid"
        assert refused.value.detail["path"] == "by"

    def test_the_exception_of_an_action_is_the_cause(self, live):
        page = live.open(Counter)
        with pytest.raises(CallRefused, match=r"action\.failed") as refused:
            page.call("broken")
        assert isinstance(refused.value.__cause__, ZeroDivisionError)

    def test_an_unexpected_success_is_an_error(self, live):
        page = live.open(Counter)
        with pytest.raises(AssertionError, match="nothing was refused"):
            page.click("Add two", expect="action.forbidden")

    def test_another_refusal_than_the_expected_one_is_raised(self, live):
        page = live.open(Counter)
        with pytest.raises(CallRefused, match=r"action\.failed"):
            page.call("broken", expect="action.forbidden")

    def test_a_refusal_is_told_once(self, live):
        page = live.open(Counter)
        with pytest.raises(CallRefused):
            page.call("broken")
        assert page.text("output") == "0"

    def test_a_readonly_field_cannot_be_written(self, live):
        page = live.open(Search)
        page.set(secret=8, expect="state.readonly")
        assert page.component(Search).state.secret == 7

    def test_a_frame_that_ends_the_connection_is_a_refusal(self, live):
        page = live.open(Search)
        page.set(words="x" * 100_000, expect="frame.too_large")
        assert not page.connected


class TestQuestions:
    def test_yes_is_the_answer_if_nothing_else_is_said(self, live):
        page = live.open(Counter, count=5)
        page.call("reset")
        assert page.text("output") == "0"
        assert page.questions == ["Really reset?"]

    def test_no_leaves_all_as_it_was_and_is_no_error(self, live):
        page = live.open(Counter, count=5)
        page.confirm = False
        page.call("reset")
        assert page.text("output") == "5"
        page.call("reset", confirm=True)
        assert page.text("output") == "0"

    def test_live_confirm_is_asked_before_anything_is_sent(self, live):
        page = live.open(Keys)
        page.click("Ask", confirm=False)
        assert page.bytes_up == 0
        page.click("Ask")
        assert page.text("output") == "asked"
        assert page.questions == ["Sure?", "Sure?"]


class TestStreams:
    def test_every_step_of_a_generator_arrives_in_order(self, live):
        page = live.open(Counter)
        assert page.call("steps", upto=3) == [Toast("Step 1"), Toast("Step 2"), Toast("Step 3")]
        assert page.text("output") == "3"


class TestTheSocket:
    def test_a_page_goes_on_after_reconnecting(self, live):
        page = live.open(Counter)
        page.click("Add two")
        page.reconnect()
        page.click("Add two")
        assert page.text("output") == "4"
        assert sum("MOUNT" in line for line in page.frames) == 1

    def test_what_happened_meanwhile_arrives_once(self, live):
        page = live.open(Room)
        page.disconnect()
        broadcast("room.lobby", Toast("meanwhile"), event="told", word="hi")
        assert page.toasts == []
        page.reconnect()
        assert page.toasts == ["meanwhile"]
        assert page.texts("li") == ["hi"]

    def test_a_call_without_a_connection_is_made_when_it_is_back(self, live):
        page = live.open(Counter)
        page.disconnect()
        page.click("Add two")
        assert page.text("output") == "0"
        page.reconnect()
        assert page.text("output") == "2"

    def test_a_call_whose_answer_was_lost_is_not_made_twice(self, live):
        page = live.open(Counter)
        page.number(Call, page.components[0].id, "increment", {"by": 1})
        live.run(live.quiet())
        page.disconnect()
        assert page.toasts == []
        page.reconnect()
        assert page.toasts == ["Counted to 1"]
        assert page.text("output") == "1"

    def test_after_a_lost_session_everything_is_mounted_again(self, live):
        page = live.open(Counter, count=2)
        page.click("Add two")
        page.disconnect()
        live.soon(live.server.pages.forget, page.session)
        page.reconnect()
        assert page.text("output") == "2"
        page.click("Add two")
        assert page.text("output") == "4"

    def test_a_closed_page_has_left_the_server(self, live):
        page, other = live.open(Counter), live.open(Counter)
        page.close()
        assert len(live.server.pages.by_id) == 1
        assert other.text("output") == "0"
        with pytest.raises(PageFailed, match="was closed"):
            page.click("Add two")

    def test_a_page_that_is_not_connected_says_so(self, live):
        page = live.open(Counter)
        page.disconnect()
        with pytest.raises(PageFailed, match=r"page\.reconnect"):
            page.wait_for_text("x", timeout=0.1)


class TestForms:
    def test_what_was_typed_stays_when_the_server_says_nothing_new_about_it(self, live):
        page = live.open(PersonForm)
        page.fill("Name", "half")
        page.click("Touch")
        assert page.texts(".problem") == ["Touched."]
        assert page.find("#id_name").value == "half"

    def test_what_was_sent_gives_way_with_the_first_streamed_step(self, live):
        page = live.open(SlowForm)
        page.submit(name="Ana")
        assert page.text("p") == "saved Ana"
        assert page.find("input").value == ""

    def test_what_was_sent_gives_way_to_to_what_the_server_says(self, live):
        page = live.open(PersonForm)
        page.submit("form")
        page.submit("form", name="Ana")
        assert page.texts(".problem") == []
        assert page.find("#id_name").value == ""
