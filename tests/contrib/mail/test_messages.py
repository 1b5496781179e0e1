"""A message is kept, goes out once by mail, and whoever follows the record is told; what goes wrong is kept too."""

from __future__ import annotations

import smtplib

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives

from liveactions import Toast
from liveactions.contrib.mail import messages
from liveactions.contrib.mail.messages import follow, followers, is_following, may_see, send, topic_of, unfollow, write
from liveactions.contrib.mail.models import Message
from liveactions.errors import BusUnavailable


@pytest.fixture
def told(monkeypatch):
    """What was broadcast: (streams, results, event)."""
    sent = []

    def note(audience, *results, event=None):
        streams = [each.stream for each in audience] if isinstance(audience, list) else audience
        sent.append((streams, results, event))

    monkeypatch.setattr(messages, "broadcast", note)
    return sent


class TestAMail:
    def test_it_goes_out_with_text_and_html_and_its_files(self, postbox, ada, ana, told):
        message = write(
            ada,
            author=ana,
            subject="Your order",
            body="<p>Dear <b>Ada</b>,</p><p>thank you &amp; bye.</p><script>alert(1)</script>",
            recipients=["Ada Lovelace <ada@firm.test>", {"name": "Bo", "email": "bo@firm.test"}],
            attachments=[("list.csv", b"a;b", "text/csv")],
        )
        assert message.status == "draft" and postbox.mails == []
        sent = send(message)
        assert (sent.status, sent.error) == ("sent", "") and sent.sent_at is not None
        (mail,) = postbox.mails
        assert mail["Subject"] == "Your order"
        assert mail["From"] == "Desk <desk@shop.test>"
        assert mail["To"] == "Ada Lovelace <ada@firm.test>, Bo <bo@firm.test>"
        assert mail["Reply-To"] == "Ana <ana@shop.test>"
        assert postbox.envelopes[0].rcpt_tos == ["ada@firm.test", "bo@firm.test"]
        assert mail.get_body(("plain",)).get_content().rstrip().split("\r\n") == ["Dear Ada,", "", "thank you & bye."]
        html = mail.get_body(("html",)).get_content()
        assert "<b>Ada</b>" in html and "script" not in html and "alert" not in html
        (file,) = mail.iter_attachments()
        assert (file.get_filename(), file.get_content_type()) == ("list.csv", "text/csv")
        assert file.get_content().rstrip() == "a;b"

    def test_a_message_is_sent_once_whoever_tries_again(self, postbox, ada, ana, told):
        message = write(ada, author=ana, subject="Hello", recipients=["ada@firm.test"])
        other = Message.objects.get(pk=message.pk)
        send(message)
        assert send(other).status == "sent"
        assert len(postbox.mails) == 1

    def test_a_refusal_of_the_server_is_kept_and_the_message_can_be_sent_later(self, postbox, ada, ana, told):
        message = write(ada, author=ana, subject="Hello", recipients=["ada@firm.test"])
        postbox.refuse = "550 No such user"
        assert send(message).status == "draft"
        kept = Message.objects.get(pk=message.pk)
        assert kept.error == "The mail server does not take: ada@firm.test."
        assert not is_following(ada, ana)
        postbox.refuse = None
        assert send(kept).status == "sent"
        assert len(postbox.mails) == 1

    def test_a_server_that_is_away_is_said_without_its_secrets(self, ada, ana, told, monkeypatch, caplog):
        def away(self):
            raise smtplib.SMTPConnectError(421, "smtp://user:secret@mail")

        monkeypatch.setattr(EmailMultiAlternatives, "send", away)
        message = send(write(ada, author=ana, recipients=["ada@firm.test"], subject="Hello"))
        assert "SMTPConnectError" in message.error and "secret" not in message.error

    def test_nothing_is_sent_to_invented_people(self, postbox, ada, ana, told):
        message = send(write(ada, author=ana, subject="x", recipients=["a@example.com", "b@firm.test"]))
        assert message.status == "sent"
        assert postbox.envelopes[0].rcpt_tos == ["b@firm.test"]
        nobody = send(write(ada, author=ana, subject="x", recipients=["a@example.com"]))
        assert (nobody.status, nobody.error) == ("draft", "There is nobody to send it to.")

    def test_it_may_be_about_nothing(self, postbox, ana, told):
        assert send(write(author=ana, subject="Hi", recipients=["ada@firm.test"])).status == "sent"
        assert told == []


class TestHeaders:
    @pytest.mark.parametrize(
        "recipient",
        [
            "ada@firm.test\nBcc: all@firm.test",
            "Ada\r\nBcc: all@firm.test <ada@firm.test>",
            {"name": "Ada", "email": "ada@firm.test\r\nBcc: all@firm.test"},
            {"name": "Ada", "email": "ada@firm.test, all@firm.test"},
            "ada",
            {"name": "Ada"},
            "",
        ],
    )
    def test_what_is_no_address_is_refused(self, ada, recipient):
        with pytest.raises(ValidationError, match="is not an address"):
            write(ada, subject="x", recipients=[recipient])
        assert not Message.objects.exists()

    def test_a_line_break_in_a_name_or_the_subject_makes_no_header(self, postbox, ada, ana, told):
        ana.first_name = "Ana\r\nBcc: all@firm.test"
        ana.save()
        recipient = {"name": "Ada\r\nBcc: all@firm.test", "email": "ada@firm.test"}
        send(write(ada, author=ana, subject="Hello\r\nBcc: all@firm.test", recipients=[recipient]))
        (mail,) = postbox.mails
        assert mail["Bcc"] is None
        assert mail["Subject"] == "Hello Bcc: all@firm.test"
        assert postbox.envelopes[0].rcpt_tos == ["ada@firm.test"]

    def test_recipients_and_files_are_bounded(self, ada, monkeypatch):
        with pytest.raises(ValidationError, match="at most 50"):
            write(ada, recipients=[f"a{number}@firm.test" for number in range(51)])
        monkeypatch.setattr(messages, "MAX_BYTES", 3)
        with pytest.raises(ValidationError, match="too large"):
            write(ada, attachments=[("a.txt", b"1234", "text/plain")])

    def test_an_address_counts_once(self, ada):
        assert len(write(ada, recipients=["a@firm.test", "Ada <A@firm.test>"]).recipients) == 1


class TestFollowing:
    def test_followers_are_told_but_not_who_wrote_it_nor_who_may_not_see_it(self, ada, ana, people, told):
        ben, eve = people("ben"), people("eve", may=False)
        for user in (ana, ben, eve):
            follow(ada, user)
        send(write(ada, author=ana, kind="note", subject="Call back"))
        (streams, (toast,), _), (topic, _, event) = told
        assert streams == [f"@user.{ben.pk}"]
        assert isinstance(toast, Toast) and toast.message == "ana wrote about Ada, Turin: Call back"
        assert (topic, event) == (topic_of(ada), "live_mail_changed")

    def test_who_writes_follows(self, postbox, ada, ana, told):
        send(write(ada, author=ana, kind="note", subject="x"))
        assert is_following(ada, ana)
        follow(ada, ana)
        assert list(followers(ada)) == [ana]
        unfollow(ada, ana)
        assert not is_following(ada, ana)

    def test_a_note_is_no_mail(self, postbox, ada, ana, told):
        assert send(write(ada, author=ana, kind="note", body="x", recipients=["ada@firm.test"])).status == "sent"
        assert postbox.mails == []

    def test_that_nobody_can_be_told_does_not_undo_it(self, ada, ana, people, monkeypatch, caplog):
        def away(*_, **__):
            raise BusUnavailable("Redis is away.")

        monkeypatch.setattr(messages, "broadcast", away)
        assert send(write(ada, author=ana, kind="note", body="x")).status == "sent"
        assert "Nobody was told" in caplog.text

    def test_records_of_other_models_with_the_same_key_are_others(self, ada, ana, django_user_model):
        follow(ada, ana)
        assert not is_following(ana, ana)
        assert topic_of(ada) != topic_of(ana)


def test_who_may_see_a_record_is_who_may_view_it_unless_it_says_itself(ada, ana, people, monkeypatch):
    eve = people("eve", may=False)
    assert may_see(ana, ada) and not may_see(eve, ada) and not may_see(None, ada)
    monkeypatch.setattr(type(ada), "mail_permission", lambda self, user: user == eve, raising=False)
    assert may_see(eve, ada) and not may_see(ana, ada)
