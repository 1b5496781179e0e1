"""Blocks: the shape of what the builder makes."""

from __future__ import annotations

from liveactions.rendering.blocks import Block, Kind, Slot


def test_the_kinds_have_the_numbers_of_the_wire():
    assert [kind.name for kind in sorted(Kind)] == ["RUN", "ATTRIBUTE", "TAG", "CONTENT", "BRANCH", "LOOP", "COMPONENT"]
    assert [int(kind) for kind in sorted(Kind)] == [0, 1, 2, 3, 4, 5, 6]


def test_a_block_of_static_html_needs_no_more_than_that():
    block = Block(("<p></p>",), (), ())
    assert (block.namespace, block.key, block.slots) == ("", None, ())


def test_a_run_is_not_parted_unless_it_is_said():
    assert Slot(Kind.RUN, ()).parted is False
