"""A block put together."""

from __future__ import annotations

from liveactions.rendering.assembly import Find, assemble
from liveactions.rendering.blocks import Kind, Slot

TEXT = '<tr live-key="?" lang="?"><td>?</td></tr>'
KEY = Find(14, 15, Slot(Kind.ATTRIBUTE, (), name="live-key"), None, named=3, cut=(3, 16))
LANG = Find(23, 24, Slot(Kind.ATTRIBUTE, (), name="lang"), None, named=3, cut=(16, 25))
RUN = Find(30, 31, Slot(Kind.RUN, ()), None)
SPAN = (0, len(TEXT))


def test_slots_are_in_the_order_of_the_source():
    block = assemble(TEXT, [RUN, LANG, KEY], SPAN)
    assert [slot.name for slot in block.slots] == ["live-key", "lang", ""]
    assert block.steps == (0, 1, 2)


def test_statics_are_what_is_between():
    assert "?".join(assemble(TEXT, [RUN, LANG, KEY], SPAN).statics) == TEXT


def test_a_skeleton_has_comments_and_numbers_for_slots():
    assert assemble(TEXT, [KEY, LANG, RUN], SPAN).skeleton == '<tr live-slot="0 1"><td><!--live@0--></td></tr>'.replace(
        "@0", "@2"
    )


def test_static_attributes_are_in_the_skeleton():
    assert assemble(TEXT, [KEY], SPAN).skeleton == '<tr live-slot="0" lang="?"><td>?</td></tr>'


def test_a_span_of_the_source_is_enough():
    block = assemble(TEXT, [RUN], (26, 36))
    assert block.statics == ("<td>", "</td>")
    assert block.skeleton == "<td><!--live@0--></td>"


def test_the_key_is_that_of_the_element_that_is_asked_for():
    assert assemble(TEXT, [LANG, KEY], SPAN, key_at=3).key == 0
    assert assemble(TEXT, [LANG, KEY], SPAN, key_at=29).key is None
    assert assemble(TEXT, [LANG], SPAN, key_at=3).key is None
