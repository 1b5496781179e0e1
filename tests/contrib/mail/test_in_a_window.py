"""From a button to a mail: the composer in its window, above the chatter that then shows what was sent."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.urls("tests.contrib.mail.urls")


@pytest.fixture
def page(live, ana, ada):
    return live.open(f"/card/{ada.pk}/", user=ana)


def test_it_opens_about_the_record_sends_and_closes(page, postbox):
    page.click("Write")
    assert page.text(".live-window-title") == "New message"
    assert page.text(".live-mail-chip span") == "Ada"
    page.fill("Subject", "Hello")
    page.fill("Text", "How are you?")
    assert postbox.mails == []
    page.submit("form.live-mail-text")
    assert postbox.mails[0]["Subject"] == "Hello"
    assert page.find_all(".live-window") == []
    assert page.text(".live-mail-subject") == "Hello"
    assert page.toasts == ["Message sent"]


def test_what_fails_leaves_the_window_open(page, postbox):
    postbox.refuse = "550 No"
    page.click("Write")
    page.fill("Subject", "Hello")
    page.submit("form.live-mail-text")
    assert page.text(".live-window-title") == "New message"
    assert "does not take" in page.text(".live-mail-composer [role=alert]")
    assert page.find(".live-mail-entry").get("data-status") == "draft"


def test_closing_the_window_sends_nothing(page, postbox):
    page.click("Log note")
    assert page.text(".live-window-title") == "Log a note"
    page.find(".live-window").fill("Text", "x")
    page.click("Close")
    assert postbox.mails == []
    assert "Nothing was written yet" in page.text()
