"""The dict door: ``{"type": "notify", …}``."""

from __future__ import annotations

from dataclasses import fields

import pytest

from liveactions import Notify, Redirect
from liveactions.errors import ResultError
from liveactions.results import WORDS, Chunk, Custom, Patch, Reference, Shared, Whole, from_dict
from liveactions.results.dicts import TYPES


def test_every_word_that_an_application_may_say_has_a_type():
    made_by_the_package = {Patch, Shared, Whole, Chunk, Reference, Custom}
    assert {spelling.word for spelling in TYPES.values()} == set(WORDS.values()) - made_by_the_package


def test_no_property_is_called_type():
    """It would be taken for the type."""
    assert not any(f.name == "type" for word in WORDS.values() for f in fields(word))


def test_an_unknown_type_lists_the_known_ones():
    with pytest.raises(ResultError, match=r"'tost' is not a known type\. Known are: act_multi, act_window_none"):
        from_dict({"type": "tost"})


def test_a_dict_may_hold_another_one():
    told = {"type": "notify", "message": "Shipped", "action": {"type": "url", "url": "/orders/7/"}}
    assert [from_dict(told)] == [Notify("Shipped", action=Redirect("/orders/7/"))]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"type": "notify"}, "'notify' lacks message"),
        (
            {"type": "notify", "message": "x", "colour": "red"},
            "has no property 'colour'. It has: message, color",
        ),
        ({"type": "toast", "message": "x", 7: 8}, "'toast' has no property 7"),
        ({"type": "toast", "message": "x", "level": "loud"}, "level='loud'"),
        ({"type": "toast", "message": "x", "action": {"url": "/"}}, "must be a result"),
    ],
)
def test_a_dict_is_read_exactly(told, sentence):
    with pytest.raises(ResultError) as refused:
        [from_dict(told)]
    assert sentence in str(refused.value)


@pytest.mark.parametrize(("spelling", "word"), [("url", Redirect("/x")), ("redirect", Redirect("/x"))])
def test_the_words_of_the_erp_are_understood(spelling, word):
    assert [from_dict({"type": spelling, "url": "/x"})] == [word]


def test_data_with_a_type_is_data_inside_a_payload():
    told = {"type": "event", "name": "saved", "payload": {"type": "toast", "message": "x"}}
    event = from_dict(told)
    assert event.payload == {"type": "toast", "message": "x"}


def test_a_dict_names_no_file_of_the_server():
    """An application may hand on a dict that came from elsewhere."""
    with pytest.raises(ResultError, match="'download' has no property 'path'"):
        from_dict({"type": "download", "filename": "a", "path": "/etc/passwd"})
