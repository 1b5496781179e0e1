from __future__ import annotations

import html
import inspect
import re

import pytest

from sample_site.desk import models, orders
from sample_site.gallery import components, source
from sample_site.gallery.source import highlight, source_of


@pytest.mark.parametrize("thing", [models.Order, orders.move, components.Streams, source.spans, components.piece])
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
    assert source_of(components.Messages.titled).startswith("@action\ndef titled")
    assert inspect.getsource(components.Messages.titled).startswith("    @action")
