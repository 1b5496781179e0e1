"""Which components stand in a page, and under which ids."""

from __future__ import annotations

from liveactions.testing.document import Document
from liveactions.testing.roots import Root, Roots

TREE = '<div live-id="1" live-token="{}"><i live-id="3"></i></div>'


def ids(document: Document) -> list[str]:
    return [node.attributes["live-id"] or "" for node in document.select("[live-id]")]


def test_roots_are_discovered_once():
    document, roots = Document(TREE.format("a")), Roots()
    assert roots.discover(document) == [Root("a", 1, 0)]
    assert roots.discover(document) == []


def test_ids_that_are_taken_are_moved_by_an_even_base():
    document, roots = Document(TREE.format("a") + TREE.format("b")), Roots()
    assert roots.discover(document) == [Root("a", 1, 0), Root("b", 5, 4)]
    assert ids(document) == ["1", "3", "5", "7"]


def test_ids_made_by_the_server_count_too():
    document, roots = Document(TREE.format("a")), Roots()
    roots.discover(document)
    document.select("i")[0].insert_child("x")
    document.append(document.select("div")[0], '<b live-id="2"></b>')
    document.append(document.select("body")[0], TREE.format("b"))
    assert roots.discover(document) == [Root("b", 5, 4)]


def test_a_tree_whose_ids_are_free_is_left_as_it_is():
    document, roots = Document(TREE.format("a") + '<p live-id="9" live-token="b"></p>'), Roots()
    assert roots.discover(document) == [Root("a", 1, 0), Root("b", 9, 0)]


def test_roots_that_have_gone_are_told_once_by_their_present_id():
    document, roots = Document(TREE.format("a") + TREE.format("b")), Roots()
    roots.discover(document)
    document.delete(document.select("[live-token=b]")[0])
    assert roots.gone(document) == [5]
    assert roots.gone(document) == []


def test_a_root_inside_another_roots_html_speaks_for_itself():
    document, roots = Document('<div live-id="1" live-token="a"><p live-id="1" live-token="b"></p></div>'), Roots()
    assert roots.discover(document) == [Root("a", 1, 0), Root("b", 3, 2)]
