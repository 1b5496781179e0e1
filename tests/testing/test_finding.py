"""What a test calls a thing, and which one is meant."""

from __future__ import annotations

import pytest

from liveactions.testing.document import Document, Node
from liveactions.testing.errors import NotFound
from liveactions.testing.finding import controls_called, thing_called


def thing(html: str, words: str, event: str = "click") -> Node:
    return thing_called(Document(html), words, event)


class TestThings:
    @pytest.mark.parametrize(
        "words", ["Add two", "increment", "#b", "button.big", "[live-click=increment]", "More please", "dd tw"]
    )
    def test_text_action_selector_title_and_a_part_of_the_text_all_find_it(self, words):
        html = "<p>Add</p><button id=b class=big title='More please' live-click=increment>Add <i>two</i></button>"
        assert thing(html, words).tag == "button"

    def test_a_whole_text_goes_before_a_part_of_one(self):
        assert thing("<button>Save all</button><button id=x>Save</button>", "Save").id == "x"

    def test_what_can_be_clicked_goes_before_what_only_reads_so(self):
        assert thing("<h1>Save</h1><button>Save</button>", "Save").tag == "button"

    def test_an_input_is_called_by_its_value(self):
        assert thing("<input type=submit value=Go>", "Go").tag == "input"

    def test_where_nothing_can_be_clicked_the_innermost_with_the_text_is_meant(self):
        assert thing("<tr live-click=open><td><b>Nine</b></td></tr><div><b>Ten</b></div>", "Ten").tag == "b"

    def test_only_what_is_bound_to_the_event_answers_to_it(self):
        html = "<p live-dblclick=a>One</p><button>One</button>"
        assert thing(html, "One", "dblclick").tag == "p"
        assert thing(html, "One", "click").tag == "button"

    def test_nothing_is_refused_with_what_there_is(self):
        with pytest.raises(NotFound) as told:
            thing("<button live-click=a>Alpha</button><a href=/b>Beta</a>", "Gamma")
        assert str(told.value) == (
            'There is no \'Gamma\' to click. There is:\n  <button live-click="a"> "Alpha"\n  <a href="/b"> "Beta"'
        )

    def test_several_are_refused_with_all_of_them(self):
        with pytest.raises(NotFound, match=r'(?s)2 elements fit \'Go\' to click:.*value="1".*value="2".*Say which'):
            thing("<button value=1>Go</button><button value=2>Go</button>", "Go")

    def test_a_long_list_is_cut(self):
        with pytest.raises(NotFound, match="and 8 more"):
            thing("<button>Go</button>" * 20, "Stop")

    def test_only_what_is_inside_is_searched(self):
        document = Document("<ul><li id=a><button value=1>Go</button><li id=b><button value=2>Go</button></ul>")
        found = thing_called(document, "Go", "click", document.select("#b")[0])
        assert found.attributes["value"] == "2"


class TestControls:
    @pytest.mark.parametrize("words", ["Your name", "name", "id_name", "person", "#id_name", "Your"])
    def test_label_name_id_field_and_selector_all_find_it(self, words):
        html = "<label for=id_name>Your name</label><input id=id_name name=name live-model=person><input name=other>"
        (found,) = controls_called(Document(html), words)
        assert found.id == "id_name"

    def test_a_control_may_have_several_names(self):
        html = "<label for=a>Search</label><input id=a placeholder='Customer or city'><input placeholder=x>"
        assert controls_called(Document(html), "Customer or city")[0].id == "a"

    def test_what_is_hidden_cannot_be_filled(self):
        with pytest.raises(NotFound, match="nothing of the kind"):
            controls_called(Document("<input type=hidden name=a>"), "a")

    def test_radio_buttons_of_one_name_are_one_thing(self):
        assert len(controls_called(Document("<input type=radio name=a><input type=radio name=a>"), "a")) == 2

    def test_two_text_fields_of_one_name_are_not(self):
        with pytest.raises(NotFound, match="2 elements fit control 'a'"):
            controls_called(Document("<input name=a><input name=a>"), "a")

    def test_an_element_that_is_no_control_is_not_found(self):
        with pytest.raises(NotFound, match="There is no control 'p'"):
            controls_called(Document("<p>x</p><input name=a>"), "p")
