"""From a user's gesture to calls, as the client's event delegation does it."""

from __future__ import annotations

import pytest

from liveactions.testing.controls import Drafts
from liveactions.testing.document import Document
from liveactions.testing.errors import NotUsable
from liveactions.testing.gestures import Gesture, Request, Write, chosen, clicked, entered, fired, pressed, submitted


class Page:
    def __init__(self, html: str) -> None:
        self.document = Document(f'<body><div live-id="1">{html}</div></body>')
        self.drafts = Drafts(self.document)

    def do(self, gesture, selector: str, *more):
        return gesture(self.document, self.drafts, self.document.select(selector)[0], *more)

    def actions(self, gesture, selector: str, *more) -> list[str]:
        return [request.action for request in self.do(gesture, selector, *more) if isinstance(request, Request)]


class TestClicks:
    def test_a_click_carries_its_values_and_what_happened(self):
        page = Page('<button name="n" value="v" live-click="go" live-value-by="2">Go</button>')
        assert page.do(clicked, "button") == [
            Request(1, "go", {"by": "2"}, {"type": "click", "value": "v", "name": "n"})
        ]

    def test_a_click_reaches_everything_around(self):
        page = Page("<p live-click=outer><b live-click=inner><i>x</i></b></p>")
        assert page.actions(clicked, "i") == ["inner", "outer"]

    def test_stop_and_self_are_obeyed(self):
        page = Page("<p live-click=outer><b live-click.stop=inner>x</b></p><u live-click.self=me><s>y</s></u>")
        assert page.actions(clicked, "b") == ["inner"]
        assert page.actions(clicked, "u") == ["me"]
        with pytest.raises(NotUsable):
            page.actions(clicked, "s")

    def test_outside_and_window_hear_from_afar(self):
        page = Page("<p live-click.outside=close>menu</p><button live-click=go>x</button><i live-click.window=any></i>")
        assert page.actions(clicked, "button") == ["go", "close", "any"]
        assert page.actions(clicked, "p") == ["any"]

    def test_the_nearest_component_is_asked(self):
        page = Page('<p live-id="3"><button live-click=go>x</button></p>')
        assert [request.component for request in page.do(clicked, "button")] == [3]

    def test_something_disabled_is_refused(self):
        page = Page("<button live-click=go disabled><i>x</i></button>")
        with pytest.raises(NotUsable, match=r"<button live-click=\"go\"> \"x\" is disabled"):
            page.do(clicked, "i")

    def test_a_click_that_does_nothing_is_refused(self):
        page = Page("<p>x</p><a href=/there/>y</a>")
        with pytest.raises(NotUsable, match='A click on <p> "x" does nothing'):
            page.do(clicked, "p")
        with pytest.raises(NotUsable, match=r"live.open\('/there/'\)"):
            page.do(clicked, "a")

    def test_what_the_browser_does_by_itself_is_no_mistake(self):
        page = Page("<details><summary>More</summary>x</details><a href='#top'>Up</a><input name=a>")
        assert [page.do(clicked, what) for what in ("summary", "a", "input")] == [[], [], []]

    def test_an_action_outside_of_every_component_is_refused(self):
        document = Document("<button live-click=go>x</button>")
        with pytest.raises(NotUsable, match="is in no component"):
            clicked(document, Drafts(document), document.select("button")[0])

    def test_a_checkbox_is_toggled_and_tells_its_changes(self):
        page = Page("<input type=checkbox name=a live-change=changed live-model=a>")
        found = page.do(clicked, "input")
        assert isinstance(found[0], Write)
        assert found[0].values == {"a": True}
        assert found[1].event == {"type": "change", "value": "on", "checked": True, "name": "a"}
        assert page.do(clicked, "input")[0].values == {"a": False}

    def test_a_label_clicks_its_control(self):
        page = Page("<label for=x>Yes</label><input id=x type=checkbox live-model=a>")
        assert page.do(clicked, "label")[0].values == {"a": True}

    def test_only_a_form_that_is_sent_hands_over_what_was_typed(self):
        page = Page('<form live-input="count" live-click="look" live-submit="save"><input name="q"></form>')
        asked = [*page.do(entered, "input", "tea"), *page.do(clicked, "input"), *page.do(submitted, "form")]
        assert [(request.action, len(request.sends)) for request in asked] == [("count", 0), ("look", 0), ("save", 1)]

    def test_a_button_submits_its_form_and_is_sent_with_it(self):
        page = Page(
            "<form live-submit=save><input name=a value=1><button name=b value=2 live-value-c=3>x</button></form>"
        )
        (request,) = page.do(clicked, "button")
        assert (request.action, request.args) == ("save", {"a": "1", "b": "2", "c": "3"})

    def test_a_button_with_an_action_of_its_own_does_not_submit(self):
        page = Page("<form live-submit=save><button live-click=other>x</button><button type=submit live-click=both>y")
        assert page.actions(clicked, "button") == ["other"]
        assert page.actions(clicked, "[type=submit]") == ["both", "save"]

    def test_a_reset_button_empties_the_form(self):
        page = Page("<form live-reset=gone><input name=a><button type=reset>x</button></form>")
        page.do(entered, "input", "typed")
        assert page.actions(clicked, "button") == ["gone"]
        assert page.drafts.drafts == {}


class TestQuestions:
    def test_the_question_of_the_button_goes_before_that_of_the_form(self):
        page = Page("<form live-submit=save live-confirm=Form?><button live-confirm=Button?>x</button><button id=b>y")
        assert page.do(clicked, "button")[0].question == "Button?"
        assert page.do(clicked, "#b")[0].question == "Form?"


class TestEntering:
    def test_a_bound_field_is_written_before_events_are_told(self):
        page = Page("<p live-change=form><input name=a live-input=typed live-model=words></p>")
        write, typed, changed = page.do(entered, "input", "hi")
        assert write == Write(1, {"words": "hi"}, write.sends)
        assert (typed.action, typed.event) == ("typed", {"type": "input", "value": "hi", "name": "a"})
        assert (changed.action, changed.event) == ("form", {"type": "change", "value": "hi", "name": "a"})

    def test_a_control_that_nobody_listens_to_just_keeps_it(self):
        page = Page("<input name=a>")
        assert page.do(entered, "input", "hi") == []
        assert page.drafts.state(page.document.select("input")[0]) == "hi"

    def test_of_radio_buttons_the_one_that_is_called_so_is_chosen(self):
        page = Page(
            "<label><input type=radio name=a value=1>One</label><label><input type=radio name=a value=2>Two</label>"
        )
        chosen(page.document, page.drafts, page.document.select("input"), "Two")
        assert [page.drafts.state(each) for each in page.document.select("input")] == [False, True]
        with pytest.raises(NotUsable, match="None of these is called 'Three'"):
            chosen(page.document, page.drafts, page.document.select("input"), "Three")

    def test_of_checkboxes_exactly_those_in_the_list_are_checked(self):
        page = Page("<input type=checkbox name=a value=1 checked><input type=checkbox name=a value=2>")
        chosen(page.document, page.drafts, page.document.select("input"), ["2"])
        assert [page.drafts.state(each) for each in page.document.select("input")] == [False, True]


class TestForms:
    def test_a_form_that_is_not_live_is_refused(self):
        with pytest.raises(NotUsable, match="has no live-submit"):
            Page("<form><button>x</button></form>").do(submitted, "form")

    def test_submit_bubbles_to_what_is_around_the_form(self):
        assert Page("<p live-submit=any><form><input name=a></form></p>").document.select("p form") == []
        page = Page("<section live-submit=any><form><input name=a></form></section>")
        assert page.actions(submitted, "form") == ["any"]


class TestKeys:
    def test_a_key_goes_down_and_up(self):
        page = Page("<input live-keydown=down live-keyup=up>")
        down, up = page.do(pressed, "input", "a")
        assert (down.action, up.action) == ("down", "up")
        assert down.event == {"type": "keydown", "value": "", "key": "a"}

    def test_held_keys_are_part_of_what_is_pressed(self):
        page = Page("<input live-keydown.ctrl.s=save live-keydown=any>")
        assert page.actions(pressed, "input", "Control+s") == ["save", "any"]
        assert page.actions(pressed, "input", "s") == ["any"]

    def test_enter_in_a_field_submits_by_the_default_button(self):
        page = Page("<form live-submit=save><input name=a><button name=b value=1>x</button></form>")
        (request,) = page.do(pressed, "input", "Enter")
        assert request.args == {"a": "", "b": "1"}

    def test_enter_does_not_pass_a_disabled_default_button(self):
        page = Page("<form live-submit=save><input name=a><button disabled>x</button></form>")
        with pytest.raises(NotUsable, match="is disabled"):
            page.do(pressed, "input", "Enter")

    def test_a_key_nobody_listens_to_is_refused(self):
        with pytest.raises(NotUsable, match="Nothing answers to the key 'Escape'"):
            Page("<p>x</p>").do(pressed, "p", "Escape")

    def test_space_is_a_key(self):
        assert Page("<p live-keydown.space=go>x</p>").actions(pressed, "p", "Space") == ["go"]


class TestOtherEvents:
    def fire(self, page: Page, event: str, selector: str, **more):
        return fired(Gesture(page.document, page.drafts, page.document.select(selector)[0], event, **more))

    def test_a_custom_event_carries_its_detail(self):
        page = Page("<p live-on-moved=go><i>x</i></p>")
        (request,) = self.fire(page, "moved", "i", detail={"order": 7})
        assert request.event == {"type": "moved", "value": {"order": 7}}

    def test_focus_does_not_bubble(self):
        page = Page("<p live-focus=outer><input live-focus=inner></p>")
        assert [request.action for request in self.fire(page, "focus", "input")] == ["inner"]

    def test_an_event_nobody_listens_to_is_refused(self):
        with pytest.raises(NotUsable, match="Nothing answers to dblclick"):
            self.fire(Page("<p>x</p>"), "dblclick", "p")

    def test_a_binding_without_an_action_calls_nothing(self):
        with pytest.raises(NotUsable):
            self.fire(Page("<p live-drop.prevent>x</p>"), "drop", "p")
