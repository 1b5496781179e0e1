"""Words that say something to the person at the page."""

from __future__ import annotations

import pytest
from django.utils.safestring import mark_safe

from liveactions import Alert, Close, Confirm, Error, Log, Noop, Notify, OpenURL, Redirect, Switch, Toast, Wizard
from liveactions.errors import ResultError
from liveactions.results import from_dict


@pytest.mark.parametrize(
    ("level", "title"), [("info", "Alert"), ("warning", "Warning"), ("success", "Success"), ("error", "Error")]
)
def test_an_alert_is_titled_by_its_level(level, title):
    assert Alert("x", level=level).title == title
    assert Alert("x", "Mine", level).title == "Mine"


def test_one_result_or_several_may_follow_an_alert():
    assert Alert("x", then=Close()).then == (Close(),)
    assert Alert("x", then=[Close(), Noop()]).then == (Close(), Noop())
    assert Alert("x", then=None).then == ()


@pytest.mark.parametrize("word", [Toast, Alert, Error, Confirm])
def test_a_message_is_text_unless_it_is_marked_safe(word):
    assert not word("<b>x</b>").html
    marked = word(mark_safe("<b>x</b>"))
    assert marked.html and marked.message == "<b>x</b>" and type(marked.message) is str


@pytest.mark.parametrize(
    ("action", "given", "label"),
    [
        (Wizard("shop.pay", title="Pay"), "Now", "Now"),
        (Wizard("shop.pay", title="Pay"), None, "Pay"),
        (Switch("undo", title="Undo"), None, "Undo"),
        (OpenURL("/a/"), None, None),
        (Redirect("/a/"), None, None),
    ],
)
@pytest.mark.parametrize("word", [Toast, Notify, Error, Alert])
def test_f16_a_button_says_what_was_given_else_what_its_action_says(word, action, given, label):
    """The client says "Open" where there is nothing."""
    assert word("x", action=action, action_label=given).action_label == label


def test_a_question_has_yes_and_no_unless_it_is_given_others():
    assert Confirm("Sure?").choices == (("yes", "Yes"), ("no", "No"))
    assert Confirm("Sure?", choices={"ok": "Delete", "cancel": "Keep"}).choices == (
        ("ok", "Delete"),
        ("cancel", "Keep"),
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Confirm(""), "message must be a non-empty string"),
        (lambda: Confirm("x", choices=[]), "cannot be none"),
        (lambda: Confirm("x", choices=[("maybe", "Maybe")]), "cannot be maybe"),
        (lambda: Confirm("x", choices=[("yes", "A"), ("yes", "B")]), "at most once: yes, no, ok, cancel"),
        (lambda: Confirm("x", variant="pink"), "variant='pink'"),
        (lambda: Alert("x", then="close"), "Alert.then takes results, got str"),
        (lambda: Alert("x", then=[{"type": "close"}]), "Alert.then must be a result, got dict"),
        (lambda: Alert("x", level="loud"), "level='loud'"),
        (lambda: Toast("x", action=Toast("y").to("a")), "is addressed to somebody else"),
        (lambda: Log("x", "loud"), "Use one of: debug, info, warning, error"),
    ],
)
def test_what_makes_no_sense_is_refused(make, sentence):
    with pytest.raises(ResultError, match=sentence):
        make()


def test_f5_what_stands_in_a_message_is_told_as_it_is():
    """The browser escapes it: a message is text."""
    assert Notify("message <R&D>").message == "message <R&D>"


def test_f6_a_sticky_toast_stays():
    assert (Toast("x").sticky, Toast("x", sticky=True).sticky) == (False, True)


def test_f4_a_notification_may_close_a_window():
    assert from_dict({"type": "multi", "actions": [{"type": "notify", "message": "x"}, {"type": "close"}]}).actions == (
        Notify("x"),
        Close(),
    )
