"""Whether what a dynamic piece renders stays inside what it stands in."""

from __future__ import annotations

import pytest

from liveactions.rendering.portions import ends_name, is_textual, stays
from liveactions.rendering.tokens import Tokenizer
from tests.rendering.sketches import sketch

STAYS = [
    ("", "[if a:text|1 < 2]"),
    ("<p ", "[if a:hidden|lang=de]"),
    ("<p ", '[for a: {{b}}[if c:="{{d}}"]]'),
    ('<p a="b"', "[if a: hidden]"),
    ('<p a="', "[if a:b|it's]"),
    ("<p a='", '[if a:"]'),
    ("<p a=", '[if a:b|"c"]'),
    ("<h", "[if a:1|2]"),
    ("<!-- ", "[if a:<b>]"),
    ("<p ", "{{a}}"),
    ("<p ", "[if a:]"),
]


@pytest.mark.parametrize(("before", "source"), STAYS)
def test_it_stays(before, source):
    assert stays(*asked(before, source))


LEAVES = [
    ("", "[if a:<b>]"),
    ("", "[if a:x <]"),
    ("", "[for a:<!--]"),
    ("<p ", "[if a:>]"),
    ("<p ", "[if a:b=]"),
    ('<p a="', '[if a:b"]'),
    ('<p a="', '[if a:b" c="]'),
    ('<p a="', '[if a:[if b:" c="]]'),
    ("<p ", '[if a:b="]'),
    ("<p ", "[if a:/]"),
    ("<h", "[if a:1>|2]"),
    ("<!-- ", "[if a:-->]"),
]


@pytest.mark.parametrize(("before", "source"), LEAVES)
def test_it_does_not(before, source):
    assert not stays(*asked(before, source))


def asked(before: str, source: str):
    tokenizer = Tokenizer()
    assert list(tokenizer.feed(before, 0)) == []
    (piece,) = sketch(source)
    return piece, tokenizer


def test_the_tokenizer_that_is_asked_about_does_not_move():
    piece, tokenizer = asked("<p ", '[if a:b="c"]')
    before = tokenizer.state
    stays(piece, tokenizer)
    assert tokenizer.state is before


@pytest.mark.parametrize(
    ("source", "textual"),
    {
        "{{a}}": True,
        "[if a:b {{c}}|]": True,
        "[for a:[in b:{{c}}]]": True,
        "{%a%}": False,
        "[if a:{%b%}]": False,
        "[if a:[live 1]]": False,
        "[if a:<b></b>]": False,
        "[if a:<!-- -->]": False,
    }.items(),
)
def test_only_what_has_no_tags_is_part_of_a_text(source, textual):
    (piece,) = sketch(source)
    assert is_textual(piece) is textual


@pytest.mark.parametrize(("name", "source"), [("h", "{{a}}"), ("my-", "{{a}}"), ("x-y", "[if a:b]")])
def test_it_may_be_more_of_a_name(name, source):
    assert not ends_name(sketch(source)[0], name)


@pytest.mark.parametrize(
    ("name", "source"), [("td", "{{a}}"), ("INPUT", "{{a}}"), ("x-y", "[if a: b]"), ("x-y", "[for a:[if b: c]]")]
)
def test_it_may_be_attributes(name, source):
    assert ends_name(sketch(source)[0], name)
