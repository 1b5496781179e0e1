"""The root element of a component, and whether two renderings differ."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions.rendering import digest_of, find_root, id_of_root, mark, placeholder

ROOTS = {
    "an element": ("<p>x</p>", "p"),
    "upper case": ("<DIV>x</dIv>", "div"),
    "white space around": ("\n  <p>x</p>\n", "p"),
    "a comment before": ("<!-- <b> --> <p>x</p>", "p"),
    "the same inside": ("<div><div></div><div><div></div></div></div>", "div"),
    "a name that begins the same": ("<p><pre></pre></p>", "p"),
    "a custom element": ("<live-x><live-x-y></live-x-y></live-x>", "live-x"),
    "a void element": ('<input value="a">', "input"),
    "a void element closed": ("<img/>", "img"),
    "a void element of long ago": ("<keygen>", "keygen"),
    "attributes with signs": ("""<p title="</p>" data-x='>'>x</p>""", "p"),
    "an end in an attribute inside": ("""<div><p title='</div>'></p><p title="<div>"></p></div>""", "div"),
    "an end in a comment": ("<p><!-- </p> -->x</p>", "p"),
    "an end in a script": ('<div><script>"</div>"</script></div>', "div"),
    "a start in a textarea": ("<div><textarea><div></textarea></div>", "div"),
    "an element named like a raw one": (
        "<div><div><title-bar></title-bar></div><svg><title>x</title></svg></div>",
        "div",
    ),
    "a script": ("<script>1 < 2</script>", "script"),
    "an end with space": ("<p>x</p >", "p"),
    "lines in the tag": ('<p\n  class="a"\n>x</p>', "p"),
    "a table row": ("<tr><td>1</td></tr>", "tr"),
    "an svg": ("<svg><path d='M0'/></svg>", "svg"),
    "a template": ("<template><p></p></template>", "template"),
}


@pytest.mark.parametrize("name", ROOTS)
def test_the_only_element_is_the_root(name):
    html, tag = ROOTS[name]
    root = find_root(html)
    assert root is not None
    assert root.tag == tag
    assert html[: root.after_name].lower().endswith(f"<{tag}")


NO_ROOTS = {
    "nothing": "",
    "white space": " \n",
    "text": "hello",
    "text before": "a <p>x</p>",
    "text behind": "<p>x</p> b",
    "two elements": "<p>x</p><p>y</p>",
    "two void elements": "<br><br>",
    "a void one and text": "<input> Name",
    "a comment only": "<!-- x -->",
    "no end": "<div><p></p>",
    "ends that are left out": "<p>one<p>two",
    "a declaration": "<!doctype html><html></html>",
    "an end first": "</p><p></p>",
    "a tag that does not end": "<p",
    "a quote that does not end": '<p title="x>y</p>',
}


@pytest.mark.parametrize("name", NO_ROOTS)
def test_anything_else_is_put_inside_a_root(name):
    html = NO_ROOTS[name]
    assert find_root(html) is None
    assert mark(html, {"live-id": "3"}) == (f'<live-root live-id="3">{html}</live-root>', "live-root")


def test_attributes_are_written_behind_the_name():
    assert mark('<p class="a">x</p>', {"live-id": "3", "live-keep": ""}) == (
        '<p live-id="3" live-keep class="a">x</p>',
        "p",
    )


def test_attribute_values_are_escaped():
    html, _ = mark("<p></p>", {"live-signals": '{"a":"<&>"}'})
    assert html == '<p live-signals="{&quot;a&quot;:&quot;&lt;&amp;&gt;&quot;}"></p>'


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<p id="rows">x</p>', "rows"),
        ("<p class='a' id='rows'>x</p>", "rows"),
        ("<p id=rows>x</p>", "rows"),
        ('<p ID = "rows">x</p>', "rows"),
        ('<p live-id="3" data-id="4">x</p>', None),
        ('<p><b id="inner"></b></p>', None),
        ('<p id="1x">x</p>', None),
        ('<p id="a b">x</p>', None),
        ('<p id="">x</p>', None),
        ("text", None),
        ('<p id="a"></p><p id="b"></p>', None),
    ],
)
def test_a_fragment_is_known_by_the_id_of_its_root(html, found):
    assert id_of_root(html) == found


def test_a_placeholder_is_an_element_of_the_same_name():
    assert placeholder("tr", 4) == '<tr live-id="4" live-keep></tr>'
    assert placeholder("input", 4) == '<input live-id="4" live-keep>'


def test_a_digest_tells_two_renderings_apart():
    assert digest_of("<p>1</p>") == digest_of("<p>1</p>")
    assert digest_of("<p>1</p>") != digest_of("<p>2</p>")
    assert len(digest_of("")) == 8


def test_the_token_of_a_form_does_not_count():
    form = '<form><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}</form>'
    assert digest_of(form.format("abc", 1)) == digest_of(form.format("xyz", 1))
    assert digest_of(form.format("abc", 1)) != digest_of(form.format("abc", 2))


# Any well-formed HTML, against Python's own parser ------------------------------------------------------------

NAMES = st.sampled_from(["div", "p", "ul", "tr", "live-x", "title-bar", "style-guide"])
TEXTS = st.sampled_from(["", "", "text", "a &lt; b", "<!-- </div> -->", " ", "<br>", "<input value='>'>"])
ATTRIBUTES = st.sampled_from(["", ' class="a"', " title='</div>'", ' data-x="<div>"', " hidden", "\nid=x"])


def element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def write(name: str, attributes: str, parts: list[str]) -> str:
        return f"<{name}{attributes}>{''.join(parts)}</{name}>"

    return st.builds(write, NAMES, ATTRIBUTES, st.lists(inner, max_size=3))


PARTS = st.recursive(TEXTS | st.just("<script>'</div>'</script>"), element, max_leaves=8)
PAGES = st.lists(PARTS, max_size=3).map("".join)


class Outline(HTMLParser):
    """Counts what stands at the top: elements, and text that is not white space."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth = 0
        self.top: list[str] = []
        self.last_comment = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if self.depth == 0:
            self.top.append(tag)
        self.depth += tag not in ("br", "input")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth == 0 and data.strip():
            self.top.append("#text")

    def handle_comment(self, data: str) -> None:
        if self.depth == 0 and self.top:
            self.top.append("#comment behind")


@given(PAGES)
def test_the_root_is_found_wherever_a_parser_finds_one(html):
    top = Outline(html).top
    root = find_root(html)
    assert (root and [root.tag]) == (top if len(top) == 1 and top[0][0] != "#" else None)


@given(PAGES)
def test_marking_changes_nothing_but_the_root_element(html):
    marked, tag = mark(html, {"live-id": "3"})
    assert re.sub(r' live-id="3"', "", marked, count=1).removeprefix("<live-root>").removesuffix("</live-root>") == html
    assert Outline(marked).top[-1] == tag


def test_two_renderings_are_the_same_with_and_without_anchors():
    assert digest_of("<p>1<!--|--><!--[--><b>2</b><!--]--></p>") == digest_of("\n<p>1<b>2</b></p>\n")
    assert digest_of("<p><!--x-->1</p>") != digest_of("<p>1</p>")
