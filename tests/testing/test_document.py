"""The tree of a page: parsed as browsers do, and changed as the client changes it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from liveactions.testing.document import Document, closest, contains, describe, matches, same, text_of


def page(body: str) -> Document:
    return Document(f"<!DOCTYPE html><title>t</title><body>{body}</body>")


def body_of(document: Document) -> str:
    return document.select("body")[0].inner_html or ""


class TestParsing:
    def test_what_browsers_add_is_added(self):
        assert body_of(page("<table><tr><td>1<td>2</table>")) == (
            "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
        )

    def test_void_elements_have_no_end(self):
        assert body_of(page("<p>a<br>b<input></p>")) == "<p>a<br>b<input></p>"

    def test_rows_stay_rows_when_they_are_put_into_a_table(self):
        document = page('<table><tbody id="t"><tr><td>1</td></tr></tbody></table>')
        document.append(document.select("#t")[0], "<tr><td>2</td></tr>")
        assert document.select("tr + tr > td")[0].text() == "2"

    def test_options_stay_options(self):
        document = page("<select><option>a</option></select>")
        document.outer(document.select("option")[0], "<option>b</option><option>c</option>")
        assert [option.text() for option in document.select("select > option")] == ["b", "c"]


SWAPS = {
    "inner": '<p id="t"><b>new</b>!</p><i></i>',
    "outer": "<b>new</b>!<i></i>",
    "before": '<b>new</b>!<p id="t">old</p><i></i>',
    "after": '<p id="t">old</p><b>new</b>!<i></i>',
    "prepend": '<p id="t"><b>new</b>!old</p><i></i>',
    "append": '<p id="t">old<b>new</b>!</p><i></i>',
    "delete": "<i></i>",
    "none": '<p id="t">old</p><i></i>',
}


class TestSwaps:
    @pytest.mark.parametrize("how", SWAPS)
    def test_each_puts_its_content_in_its_place(self, how):
        document = page('<p id="t">old</p><i></i>')
        assert document.swap(how, document.select("#t")[0], "<b>new</b>!") == []
        assert body_of(document) == SWAPS[how]

    def test_prepending_to_an_empty_element_works(self):
        document = page('<p id="t"></p>')
        document.swap("prepend", document.select("#t")[0], "x")
        assert body_of(document) == '<p id="t">x</p>'

    def test_text_may_take_the_place_of_an_element(self):
        document = page('<p id="t">old</p>')
        document.swap("outer", document.select("#t")[0], "just text")
        assert body_of(document) == "just text"


class TestPatches:
    def test_the_root_keeps_its_id_and_token(self):
        document = page('<div live-id="1" live-token="abc">old</div>')
        document.patch(1, "<div>new</div>")
        assert body_of(document) == '<div live-id="1" live-token="abc">new</div>'

    def test_the_token_does_not_pass_to_another_component(self):
        document = page('<div live-id="1" live-token="abc">old</div>')
        document.outer(document.select("div")[0], '<div live-id="2">new</div>')
        assert body_of(document) == '<div live-id="2">new</div>'

    def test_a_kept_component_is_left_as_it_is(self):
        document = page('<ul live-id="1"><li live-id="3">three <b>x</b></li><li live-id="5">five</li></ul>')
        missing = document.patch(
            1, '<ul live-id="1"><li live-id="5" live-keep></li><li>new</li><li live-id="3" live-keep></li></ul>'
        )
        assert missing == []
        assert body_of(document) == (
            '<ul live-id="1"><li live-id="5">five</li><li>new</li><li live-id="3">three <b>x</b></li></ul>'
        )

    def test_a_kept_component_that_is_not_there_is_told(self):
        document = page('<ul live-id="1"></ul>')
        assert document.patch(1, '<ul live-id="1"><li live-id="9" live-keep></li></ul>') == [9]
        assert body_of(document) == '<ul live-id="1"><li live-id="9"></li></ul>'

    def test_a_patch_for_nobody_changes_nothing(self):
        document = page("<p>x</p>")
        assert document.patch(7, "<p>y</p>") == []
        assert body_of(document) == "<p>x</p>"


class TestReading:
    def test_text_has_single_spaces_and_no_hidden_parts(self):
        document = page("<div>a <b>b</b>c<p>d\n e</p><p hidden>no</p><script>no</script><template>no</template>f</div>")
        assert text_of(document.select("div")[0]) == "a bc d e f"

    def test_a_wrong_selector_is_a_value_error(self):
        with pytest.raises(ValueError, match="'a\\[' is not a CSS selector"):
            page("").select("a[")

    def test_elements_are_told_apart_although_they_look_the_same(self):
        one, two = page("<i>x</i><i>x</i>").select("i")
        assert same(one, one)
        assert not same(one, two)

    def test_only_the_element_itself_counts_for_matches(self):
        document = page("<div><i></i></div>")
        assert not matches(document.select("div")[0], "i")
        assert matches(document.select("i")[0], "div > i")

    def test_the_nearest_element_around_may_be_the_element_itself(self):
        document = page('<div id="a"><div id="b"><i></i></div></div>')
        inner = document.select("i")[0]
        found = closest(inner, "div")
        assert found is not None and found.id == "b"
        assert closest(inner, "p") is None
        assert contains(document.select("#a")[0], inner)
        assert not contains(inner, document.select("#a")[0])

    def test_an_element_is_described_by_what_tells_it_apart(self):
        document = page('<button class="x" live-click="save" live-token="secret" disabled>Save <b>it</b></button>')
        assert describe(document.select("button")[0]) == '<button live-click="save"> "Save it"'


def test_without_selectolax_the_message_says_what_to_install():
    program = """
import sys
sys.modules["selectolax"] = sys.modules["selectolax.lexbor"] = None
try:
    import liveactions.testing.document
except ImportError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "pip install 'liveactions[testing]'" in told
