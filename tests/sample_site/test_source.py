from __future__ import annotations

import html
import inspect
import re

import pytest

from sample_site.desk import models, orders
from sample_site.gallery import pieces, source
from sample_site.gallery.rooms import Doors, Messages
from sample_site.gallery.source import highlight, lines_of, source_of


@pytest.mark.parametrize("thing", [models.Order, orders.move, Doors, source.spans, pieces.piece])
def test_highlighting_changes_no_character(thing):
    text = source_of(thing)
    assert html.unescape(re.sub(r"</?span[^>]*>", "", highlight(text))) == text


def test_every_kind_of_word_has_its_class():
    code = "@action\ndef tell(by: int = 1):  # quietly\n    return 'more'\n"
    marked = highlight(code)
    assert re.findall(r'class="(\w+)"', marked) == [
        "decorator",
        "keyword",
        "number",
        "comment",
        "keyword",
        "string",
    ]


def test_markup_in_source_is_shown_not_run():
    assert "<b>" not in highlight("x = '<b>'")


def test_a_method_is_moved_to_the_left_margin():
    assert source_of(Messages.titled).startswith("@exhibits(Toast")
    assert inspect.getsource(Messages.titled).startswith("    @exhibits(Toast")


def test_the_lines_that_are_shown_are_those_that_run_without_what_says_how_they_are_shown():
    lines = lines_of(Messages.with_button)
    assert lines.startswith("@action\ndef with_button(self) -> Notify:\n    return Notify(")
    assert set(lines.splitlines()) < set(source_of(Messages.with_button).splitlines())
