"""The words of the vocabulary: what they accept, what they refuse, and how each says it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from liveactions import HTML, Delete, Error, Event, History, LoadJS, Notify, Redirect, Signal, Signals, Toast
from liveactions.errors import ResultError
from liveactions.results import WORDS


def test_a_result_is_a_value():
    assert Toast("Saved") == Toast("Saved")
    assert Toast("Saved") != Toast("Saved", level="error")
    with pytest.raises(FrozenInstanceError):
        Toast("Saved").message = "Lost"


@pytest.mark.parametrize("word", WORDS.values(), ids=lambda word: word.__name__)
def test_every_word_says_what_it_does(word):
    assert word.__doc__ and not word.__doc__.startswith(f"{word.__name__}(")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("inner", "inner"),
        ("innerHTML", "inner"),
        ("outerHTML", "outer"),
        ("replace", "outer"),
        ("beforebegin", "before"),
        ("afterend", "after"),
        ("afterbegin", "prepend"),
        ("beforeend", "append"),
        ("none", "none"),
    ],
)
def test_the_spellings_of_the_dom_are_understood(written, meant):
    assert HTML("x", swap=written).swap == meant


def test_html_without_content_is_empty():
    assert HTML(None).content == ""


@pytest.mark.parametrize(
    ("color", "level"),
    [("blue", "info"), ("green", "success"), ("yellow", "warning"), ("orange", "warning"), ("red", "error")],
)
def test_colours_are_levels_of_a_toast(color, level):
    assert Toast("x", level=color).level == level


def test_an_event_without_payload_has_an_empty_one():
    assert Event("saved", None).payload == {}


def test_a_page_wide_signal_begins_with_a_dollar():
    assert Signal("$unread", 3).name == "$unread"


REFUSED = {
    "an unknown swap": (lambda: HTML("x", swap="around"), "swap='around' is not known"),
    "an unknown level": (lambda: Toast("x", level="loud"), "Use one of: info, success, warning, error"),
    "an unknown colour": (lambda: Notify("x", color="pink"), "color='pink'"),
    "a negative delay": (lambda: HTML("x", swap_delay=-1), "swap_delay must be a number of milliseconds"),
    "a delay that is true": (lambda: HTML("x", settle_delay=True), "settle_delay must be"),
    "a delay in seconds": (lambda: Delete("#x", swap_delay=0.5), "swap_delay must be"),
    "a timeout that is text": (lambda: Toast("x", timeout="4s"), "timeout must be"),
    "an empty target": (lambda: Delete(" "), "target must be a non-empty string"),
    "an event without name": (lambda: Event(""), "name must be a non-empty string"),
    "an action that is a dict": (lambda: Toast("x", action={"type": "url"}), "Toast.action must be a result"),
    "an action that is text": (lambda: Notify("x", action="/orders/"), "Notify.action must be a result"),
    "an action of an error": (lambda: Error("x", action=1), "Error.action must be a result"),
    "two urls": (lambda: History("/a", "/b"), "got both push_url and replace_url"),
    "a signal without name": (lambda: Signal(""), "A signal needs a name"),
    "a signal that is only a dollar": (lambda: Signal("$"), "A signal needs a name"),
    "a signal named by a number": (lambda: Signals({1: 2}), "A signal needs a name"),
    "signals that are a list": (lambda: Signals([("a", 1)]), "takes a mapping"),
    "__proto__": (lambda: Signal("__proto__", {}), "cannot be the name of a signal"),
    "a path through constructor": (
        lambda: Signal("$a.constructor.b", 1),
        "'constructor' cannot be the name of a signal",
    ),
    "prototype among others": (lambda: Signals({"ok": 1, "prototype": 2}), "cannot be the name of a signal"),
    "__proto__ inside a value": (lambda: Signal("a", {"b": [{"__proto__": 1}]}), "cannot be the name of a signal"),
    "constructor inside a value": (lambda: Signals({"a": {"constructor": 1}}), "cannot be the name of a signal"),
    "javascript": (lambda: Redirect("javascript:alert(1)"), "is not a web address"),
    "a foreign script without hash": (lambda: LoadJS("//cdn.example/x.js"), "leaves the site"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_when_it_is_made(name):
    make, sentence = REFUSED[name]
    with pytest.raises(ResultError, match=sentence.replace("(", r"\(").replace("$", r"\$")) as refused:
        make()
    assert refused.value.code == "result.invalid"


def test_a_foreign_script_with_its_hash_is_allowed():
    assert LoadJS("https://cdn.example/x.js", integrity="sha384-abc").integrity == "sha384-abc"


def test_what_leaves_the_page_or_hands_over_ends_everything():
    assert [word.__name__ for word in WORDS.values() if word.terminal] == ["Redirect", "Reload", "Switch"]


def test_numbers_of_words_are_never_given_anew():
    """Clients in open tabs know them: a new word gets a new number."""
    names = {number: word.__name__ for number, word in WORDS.items()}
    assert names == {
        1: "HTML",
        2: "Delete",
        3: "Event",
        4: "Toast",
        5: "Notify",
        6: "Redirect",
        7: "History",
        8: "LoadJS",
        9: "Signal",
        10: "Signals",
        11: "Error",
        12: "Whole",
        13: "Patch",
        14: "Alert",
        15: "Confirm",
        16: "Close",
        17: "Refresh",
        18: "OpenURL",
        19: "Download",
        20: "Chunk",
        21: "UpdateParent",
        22: "Focus",
        23: "EditingMode",
        24: "ActiveTab",
        25: "Reload",
        26: "Log",
        27: "RecordDeleted",
        28: "DataRecord",
        29: "Rows",
        30: "Reference",
        31: "Custom",
        32: "Multi",
        33: "Noop",
        34: "Shared",
        64: "Wizard",
        65: "WindowAction",
        66: "SendMessage",
        67: "Report",
        68: "Switch",
    }


def test_fields_of_words_are_never_reordered():
    """They are told by their place on the wire."""
    assert [f.name for f in fields(Toast)] == [
        "message",
        "level",
        "title",
        "sticky",
        "timeout",
        "action",
        "action_label",
        "html",
    ]
