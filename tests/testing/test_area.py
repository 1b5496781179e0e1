"""Looking and acting: in a page, in a component, in an element."""

from __future__ import annotations

import pytest

from liveactions.testing import NotFound, NotUsable
from tests.testing.components import Counter, Keys, PersonForm, Row, Rows, Search


class TestLooking:
    def test_text_is_that_of_the_one_element_that_fits(self, live):
        page = live.open(Rows)
        assert page.text("ul") == "a: 0 Hit b: 0 Hit"
        assert page.find("ul").text() == "a: 0 Hit b: 0 Hit"
        with pytest.raises(NotFound, match="2 elements fit 'li'"):
            page.text("li")

    def test_texts_are_those_of_all_that_fit(self, live):
        assert live.open(Rows).texts("li > b") == ["0", "0"]

    def test_html_is_that_of_the_page_or_of_the_part(self, live):
        page = live.open(Counter)
        assert page.html.startswith("<!DOCTYPE html>")
        assert page.find("output").html == "<output>0</output>"
        assert page.component(Counter).html.startswith('<section live-id="1"')

    def test_an_element_can_be_kept_over_patches(self, live):
        page = live.open(Counter)
        output = page.find("output")
        page.click("Add two")
        assert output.text() == "2"

    def test_an_element_that_has_gone_says_so(self, live):
        page = live.open(Rows)
        last = page.find_all("li")[1]
        page.call("order", labels=["a"])
        with pytest.raises(NotFound, match="There are only 1 of 'li' now"):
            last.text()
        assert "not there now" in repr(last)

    def test_an_element_knows_its_attributes(self, live):
        button = live.open(Counter).find("[disabled]")
        assert button.tag == "button"
        assert button["live-click"] == "increment"
        assert button.get("class") is None
        assert button.classes == frozenset()
        assert button.disabled
        assert repr(button) == '<Element <button live-click="increment"> "Add one">'
        with pytest.raises(KeyError):
            button["class"]


class TestActing:
    def test_a_click_inside_an_element_finds_what_is_inside(self, live):
        page = live.open(Rows)
        page.find("li + li").click("Hit")
        assert page.texts("li b") == ["0", "1"]

    def test_a_click_inside_a_component_too(self, live):
        page = live.open(Rows)
        page.component(3).click("Hit")
        assert page.component(3).state.clicks == 1
        assert page.component(3).text("b") == "1"

    def test_an_element_is_clicked_itself(self, live):
        page = live.open(Counter, count=1)
        page.find("button:not([disabled])").click()
        assert page.text("output") == "3"

    def test_a_page_must_be_told_what_to_click(self, live):
        with pytest.raises(NotFound, match="Say what to click"):
            live.open(Counter).click()

    def test_a_disabled_button_cannot_be_clicked(self, live):
        page = live.open(Counter)
        with pytest.raises(NotUsable, match="is disabled"):
            page.click("Add one")
        assert page.text("output") == "0"

    def test_typing_into_a_bound_field_is_sent(self, live):
        page = live.open(Search)
        page.fill("Words", "abc")
        page.check("Exact")
        page.fill("At most", 5)
        assert page.text("p") == "abc|True|5"
        page.uncheck("Exact")
        page.fill("At most", "")
        assert page.text("p") == "abc|False|None"

    def test_a_value_that_does_not_fit_is_refused(self, live):
        page = live.open(Search)
        page.fill("At most", "many", expect="state.invalid")
        assert page.component(Search).state.most is None

    def test_an_element_is_filled_itself(self, live):
        page = live.open(PersonForm)
        field = page.find("textarea")
        field.fill("a\nb")
        assert field.value == "a\nb"

    def test_the_state_of_controls_can_be_read(self, live):
        page = live.open(PersonForm)
        page.fill("colour", "Blue")
        page.fill("tags", ["Hot"])
        page.fill("Size", "Large")
        assert [box.checked for box in page.find_all("input[type=checkbox]")] == [False, True]
        assert page.find("[value=blue]").checked
        assert page.find("[value=blue]").value == "blue"
        assert page.find("select").value == "l"

    def test_a_form_is_submitted_with_what_was_filled_in(self, live):
        page = live.open(PersonForm)
        page.submit("form", {"Name": "Ana", "Size": "l"}, tags=["New", "Hot"], colour="blue")
        assert page.component(PersonForm).state.saved == {
            "name": "Ana",
            "size": "l",
            "colour": "blue",
            "tags": ["new", "hot"],
            "notes": "",
            "via": "button",
        }

    def test_the_only_form_need_not_be_named(self, live):
        page = live.open(PersonForm)
        page.submit()
        assert page.text(".problem") == "A name, please."
        page.find("form").submit(name="Ana")
        assert page.texts(".problem") == []

    def test_clicking_the_button_and_pressing_enter_submit_as_well(self, live):
        page = live.open(PersonForm)
        page.fill("Name", "Ana")
        page.click("Save")
        page.fill("Name", "Ben")
        page.press("Enter", "Name")
        assert page.component(PersonForm).state.saved["name"] == "Ben"

    def test_keys_and_other_events_reach_who_listens(self, live):
        page = live.open(Keys)
        page.press("Enter", "q")
        page.press("Escape")
        page.fill("q", "hi")
        page.find("input").fire("done", detail=3)
        page.fire("done", "q")
        assert page.text("output").split()[:3] == ["go", "close:Escape", "typed:hi"]
        assert page.text("output").count("done:") == 2

    def test_once_is_once(self, live):
        page = live.open(Keys)
        page.click("Once")
        page.click("Once")
        assert page.text("output") == "each first each"

    def test_something_is_dragged_onto_something(self, live):
        page = live.open(Keys)
        page.drag("Card", "Lane")
        page.drag(page.find("[draggable]"), page.find("[live-drop]"))
        assert page.text("output") == "card:7 card:7"

    def test_a_nested_component_is_acted_in_like_any_other(self, live):
        page = live.open(Row, label="x")
        page.component(Row).click("hit")
        assert page.component(Row).state == {"label": "x", "clicks": 1}
