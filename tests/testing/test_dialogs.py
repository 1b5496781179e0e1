"""Alerts and questions on a page without a browser."""

from __future__ import annotations

import pytest

from liveactions.results import Alert, Confirm
from liveactions.testing import NotFound
from liveactions.testing.dialogs import choice_of
from tests.testing.asking import Desk


@pytest.fixture
def page(live):
    return live.open(Desk)


def test_an_alert_is_open_until_it_is_dismissed_and_what_follows_it_comes_then(page):
    page.call("say", which="held")
    assert [alert.message for alert in page.alerts] == ["Read this"]
    assert page.toasts == []
    page.dismiss()
    assert page.alerts == []
    assert page.toasts == ["then", "after"]


def test_an_alert_that_nothing_follows_keeps_nobody_waiting(page):
    page.call("say", which="told")
    assert page.toasts == ["at once"]
    assert len(page.alerts) == 1


def test_a_question_holds_what_follows_until_it_is_answered(page):
    page.call("say", which="question")
    assert page.questions == ["Sure?"]
    assert [question.message for question in page.pending] == ["Sure?"]
    assert page.toasts == []
    page.answer("yes")
    assert page.pending == []
    assert page.toasts == ["then", "after"]


def test_no_leaves_out_what_was_asked_about(page):
    page.call("say", which="question")
    page.answer("no")
    assert page.toasts == ["after"]


@pytest.mark.parametrize(("confirm", "toasts"), [(True, ["then"]), (False, [])])
def test_a_gesture_may_say_the_answer_beforehand(page, confirm, toasts):
    page.call("say", which="cancel", confirm=confirm)
    assert page.pending == []
    assert page.toasts == toasts


@pytest.mark.parametrize("choice", ["yes", "no"])
def test_an_action_that_waits_is_given_the_answer(page, choice):
    page.call("steps")
    assert page.text("p") == "100"
    page.answer(choice)
    assert page.toasts == [f"You said {choice}"]


def test_a_gesture_may_answer_an_action_that_waits(page):
    page.call("steps", confirm=True)
    assert page.toasts == ["You said yes"]


def test_an_unknown_choice_is_told_with_those_there_are(page):
    page.call("say", which="cancel")
    with pytest.raises(NotFound, match="The choices are: ok, cancel"):
        page.answer("yes")
    assert len(page.pending) == 1


def test_without_a_dialog_there_is_nothing_to_answer(page):
    with pytest.raises(NotFound, match="No question is open"):
        page.answer()
    with pytest.raises(NotFound, match="No alert is open"):
        page.dismiss()


def test_who_does_not_agree_chooses_what_escape_means():
    question = Confirm("?", choices=[("yes", "Y"), ("no", "N"), ("cancel", "C")])
    assert choice_of(question, agreed=True) == "yes"
    assert choice_of(question, agreed=False) == "cancel"
    assert choice_of(Confirm("?", choices=[("ok", "Fine")]), agreed=False) == "ok"


def test_alerts_and_questions_are_kept_apart(page):
    page.call("say", which="question")
    page.call("say", which="told")
    assert page.got(Alert) == page.alerts
    page.dismiss()
    assert len(page.pending) == 1
