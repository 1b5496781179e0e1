"""The tokenizer: what it takes for a tag, and in which state a portion ends."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveactions.rendering.tokens import MARK, Comment, State, Tag, Tokenizer, said


def tokens(*portions: str, foreign: bool = False) -> tuple[list[Tag | Comment], Tokenizer]:
    tokenizer, found, at = Tokenizer(), [], 0
    tokenizer.foreign = foreign
    for portion in portions:
        for token in tokenizer.feed(portion, at):
            found.append(token)
            if isinstance(token, Tag) and not token.closing and token.name == "script":
                tokenizer.text_only("script")
        at += len(portion)
    return found, tokenizer


STATES = {
    "a": State.DATA,
    "a < b": State.DATA,
    "<": State.TAG_OPEN,
    "</": State.END_TAG_OPEN,
    "<di": State.TAG_NAME,
    "<p ": State.BEFORE_NAME,
    "<p a": State.NAME,
    "<p a ": State.AFTER_NAME,
    "<p a=": State.BEFORE_VALUE,
    "<p a = ": State.BEFORE_VALUE,
    '<p a="': State.DOUBLE_QUOTED,
    "<p a=\"'>": State.DOUBLE_QUOTED,
    "<p a='": State.SINGLE_QUOTED,
    "<p a=b": State.UNQUOTED,
    "<p a=b/": State.UNQUOTED,
    '<p a="b"': State.AFTER_VALUE,
    "<p/": State.SELF_CLOSING,
    "<p a=b c": State.NAME,
    "<p>": State.DATA,
    "<!": State.MARKUP,
    "<!-": State.MARKUP_DASH,
    "<!--": State.COMMENT_START,
    "<!-- a": State.COMMENT,
    "<!-- a -- ": State.COMMENT,
    "<!-- a --": State.COMMENT_END,
    "<!-->": State.DATA,
    "<!--->": State.DATA,
    "<!-- a --!>": State.DATA,
    "<!doctype": State.BOGUS_COMMENT,
    "<?php": State.BOGUS_COMMENT,
    "</ a": State.BOGUS_COMMENT,
    "<![CDATA[ x > y": State.DATA,
    "<script>": State.TEXT,
    "<script>a < b </p>": State.TEXT,
    "<script></scr": State.TEXT_END_NAME,
    "<script></scripts>": State.TEXT,
    "<script></SCRIPT ": State.BEFORE_NAME,
    "<script></script>": State.DATA,
}


@pytest.mark.parametrize("html", STATES)
def test_the_state_is_that_of_the_html_standard(html):
    assert tokens(html)[1].state is STATES[html]


@pytest.mark.parametrize("html", STATES)
def test_it_does_not_matter_where_a_text_is_cut(html):
    whole, _ = tokens(html)
    pieces, tokenizer = tokens(*html)
    assert (pieces, tokenizer.state) == (whole, STATES[html])


@given(st.text(alphabet="<>/=\"'! -abscript\n&", max_size=40))
def test_any_text_may_be_cut_anywhere(html):
    assert tokens(*html)[0] == tokens(html)[0]


def test_cdata_means_something_in_svg_only():
    assert tokens("<![CDATA[ x > y", foreign=True)[1].state is State.CDATA
    assert tokens("<![CDATA[ <b> ]]]>", foreign=True)[0] == []


def test_a_tag_knows_where_everything_in_it_stands():
    html = """x<a  href="1" b c = 'two'd=3 />"""
    ((tag,), _) = tokens(html)
    assert isinstance(tag, Tag)
    assert html[tag.start : tag.named] == "<a"
    assert html[tag.start : tag.end] == html[1:]
    assert tag.self_closing
    assert [html[each.start : each.end] for each in tag.attributes] == ['href="1"', "b", "c = 'two'", "d=3"]
    assert [each.name for each in tag.attributes] == ["href", "b", "c", "d"]
    values = [html[each.value : each.value_end] for each in tag.attributes if each.value >= 0]
    assert values == ["1", "two", "3"]
    assert [each.quoted for each in tag.attributes] == [True, False, True, False]


def test_what_a_browser_drops_is_told_from_comments():
    found, _ = tokens("<!doctype html><!-- a --></><?x?>")
    assert [each.dropped for each in found if isinstance(each, Comment)] == [True, False, True, False]


def test_a_name_can_be_ended_without_a_space():
    tokenizer = Tokenizer()
    assert list(tokenizer.feed("<td", 0)) == []
    tokenizer.end_name()
    ((tag,)) = tokenizer.feed(MARK + ">", 3)
    assert isinstance(tag, Tag)
    assert (tag.name, tag.named, tag.attributes[0].name) == ("td", 3, MARK)


def test_a_fork_goes_its_own_way():
    _, tokenizer = tokens('<p a="')
    fork = tokenizer.fork()
    list(fork.feed('">', 6))
    assert (tokenizer.state, fork.state) == (State.DOUBLE_QUOTED, State.DATA)


def test_a_dynamic_name_can_be_said():
    assert said("h" + MARK) == "h…"


class Reference(HTMLParser):
    """The tokenizer of the standard library, for what it does as browsers do."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, object]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, [name for name, _ in attrs]))

    def handle_endtag(self, tag):
        self.found.append(("/" + tag, []))


PARTS = [
    "<p>",
    "</p>",
    '<a b="c>d" e>',
    "<b x='\"' y=1>",
    "<br/>",
    "text",
    " 1 > 2 ",
    "<!-- <i> -->",
    "&lt;",
    "<DIV\n>",
]


@given(st.lists(st.sampled_from(PARTS)))
def test_ordinary_html_is_read_as_by_others(parts):
    html = "".join(parts)
    reference = Reference()
    reference.handle_startendtag = reference.handle_starttag  # type: ignore[method-assign]
    reference.feed(html)
    read = [
        ("/" * tag.closing + tag.name.lower(), [each.name for each in tag.attributes])
        for tag in tokens(html)[0]
        if isinstance(tag, Tag)
    ]
    assert read == reference.found
