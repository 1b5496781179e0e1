"""``manage.py check`` says what messages lack."""

from __future__ import annotations

import pytest

from liveactions.contrib.mail import checks


@pytest.fixture
def installed(monkeypatch):
    names = {"liveactions.contrib.windows"}
    monkeypatch.setattr(checks.apps, "is_installed", names.__contains__)
    return names


def test_a_site_that_is_set_up_well_has_no_complaints(installed):
    assert checks.check_mail() == []


def test_messages_need_windows(installed):
    installed.clear()
    (message,) = checks.check_mail()
    assert message.id == "live_mail.E001" and "INSTALLED_APPS" in message.hint


def test_messages_need_nh3(installed, monkeypatch):
    monkeypatch.setattr(checks, "is_installed", lambda: False)
    (message,) = checks.check_mail()
    assert message.id == "live_mail.E002" and "liveactions[mail]" in message.hint


def test_a_made_up_sender_is_mentioned_before_a_site_goes_online(settings):
    settings.DEFAULT_FROM_EMAIL = "webmaster@localhost"
    assert [message.id for message in checks.check_sender()] == ["live_mail.W003"]
    settings.DEFAULT_FROM_EMAIL = "Shop <shop@firm.test>"
    assert checks.check_sender() == []
