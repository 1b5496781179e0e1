"""Which elements are open while a list is read."""

from __future__ import annotations

from liveactions.rendering.content import Element
from liveactions.rendering.elements import Walk, first, last
from liveactions.rendering.source import Source
from tests.rendering.sketches import sketch


def walked(html: str, *, choose=first, cuts=()) -> Walk:
    source = Source(sketch(html))
    places = list(source.dynamics)
    walk = Walk(source, Element("", None), choose, {places[number] for number in cuts})
    walk.go()
    return walk


def closed(walk: Walk) -> list[str]:
    return [element.name for element in walk.elements if element.end >= 0]


def test_an_element_ends_with_its_end_tag():
    walk = walked("<P><b>{{a}}</b></p>")
    assert walk.elements[0].end == len(walk.source.text)
    assert closed(walk) == ["p", "b"]


def test_void_elements_end_at_once_and_so_do_closed_ones_in_svg():
    walk = walked("<br><svg><path/><title>a</title></svg><img/>")
    assert closed(walk) == ["br", "svg", "path", "title", "img"]
    assert walk.current.parent is None


def test_a_slash_closes_nothing_in_html():
    walk = walked("<div/>")
    assert closed(walk) == []


def test_tags_in_a_script_are_text():
    assert closed(walked("<script><b></script>")) == ["script"]


def test_an_element_nobody_closes_ends_with_the_one_around():
    walk = walked("<ul><li>a</ul>")
    assert closed(walk) == ["ul"]
    assert walk.current.parent is None


def test_an_end_tag_of_nothing_changes_nothing():
    assert closed(walked("<p></b></p>")) == ["p"]


def test_tags_in_a_container_that_cuts_are_not_the_lists_own():
    walk = walked("<p>[if a:<b>|<i>]x[if a:</b>|</i>]</p>", cuts=[0, 1])
    assert closed(walk) == ["p"]
    assert [element.name for element in walk.elements] == ["p", "b"]


def test_another_choice_reads_another_content():
    walk = walked("<p>[if a:<b>|<i>]x[if a:</b>|</i>]</p>", cuts=[0, 1], choose=last)
    assert [element.name for element in walk.elements] == ["p", "i"]


def test_the_last_content_of_a_single_one_is_none():
    (branch, loop, either) = sketch("[if a:b][for c:d][if e:f|g]")
    assert (last(branch), last(loop), last(either)) == ((), (), sketch("g"))
    assert (first(branch), first(either)) == (sketch("b"), sketch("f"))


def test_elements_may_begin_in_one_scope_and_end_in_another():
    assert closed(walked("[in a:<p>]{{b}}[in c:</p>]")) == ["p"]
