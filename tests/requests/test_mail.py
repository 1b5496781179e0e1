"""Mails."""

from __future__ import annotations

import logging

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from liveactions import ActionRequest
from tests.mailing import send_by

ME = "me@shop.org"


@pytest.fixture
def send():
    request = ActionRequest()

    def send(recipients, sender=ME, body="Hi", **options):
        return request.send_email("Hello", sender, body, recipients, **options)

    send.request = request
    return send


def test_l13_invented_people_get_none_and_names_are_cleaned(send, mailoutbox):
    body = "<p>Hi <b>you</b></p>"
    assert send(["a@example.com", "Bob <bob@example.com>", "John. Doe <b@c.org>"], body=body) == 1
    (mail,) = mailoutbox
    assert mail.to == ['"John. Doe" <b@c.org>']
    assert (mail.subject, mail.from_email, mail.body) == ("Hello", ME, "Hi **you**")
    assert [tuple(alternative)[:2] for alternative in mail.alternatives] == [(body, "text/html")]


def test_l13_nothing_is_sent_to_nobody(send, mailoutbox, caplog):
    with caplog.at_level(logging.INFO, "liveactions.requests"):
        assert send(["a@example.com"]) == 0
        assert send([]) == 0
    assert (mailoutbox, len(caplog.records)) == ([], 2)


def test_l13_nothing_is_sent_in_the_name_of_somebody_invented(send, mailoutbox):
    assert send(["b@c.org"], sender="Me <me@example.com>") == 0
    assert mailoutbox == []


def test_one_recipient_need_not_be_a_list(send, mailoutbox):
    send("b@c.org")
    assert mailoutbox[0].to == ["b@c.org"]


def test_l13_what_is_no_address_gets_none(send, mailoutbox):
    assert send(["", "<>"]) == 0
    assert mailoutbox == []


def test_a_text_is_sent_as_it_is(send, mailoutbox):
    send(["b@c.org"], body="1 < 2")
    assert (mailoutbox[0].body, mailoutbox[0].alternatives) == ("1 < 2", [])


def test_a_mail_server_that_fails_is_told_to_the_log_only(send, settings):
    send_by(settings, "tests.requests.test_mail.Broken")
    with send.request.capture_logger() as kept:
        assert send(["b@c.org"]) == 0
    assert kept.getvalue() == "The mail 'Hello' could not be sent: out of paper\n"


def test_a_subject_of_several_lines_becomes_one(mailoutbox):
    ActionRequest().send_email("One\nBcc: x@y.z", ME, "Hi", ["b@c.org"])
    assert mailoutbox[0].subject == "One Bcc: x@y.z"
    assert "Bcc" not in dict(mailoutbox[0].message().items())


def test_the_options_are_djangos(send, mailoutbox):
    send(["b@c.org"], reply_to=["r@c.org"], attachments=[("a.txt", "x", "text/plain")])
    assert mailoutbox[0].reply_to == ["r@c.org"]
    assert mailoutbox[0].attachments[0][0] == "a.txt"


class Broken(BaseEmailBackend):
    """A mail backend without a server."""

    def __init__(self, **options): ...

    def send_messages(self, messages):
        raise OSError("out of paper")
