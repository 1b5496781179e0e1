"""The composer and the chatter, as their users see them; the mails are real."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from pypdf import PdfReader

from liveactions import Close, Download, Error, SendMessage, Toast
from liveactions.contrib import reports
from liveactions.contrib.mail import people as contacts
from liveactions.contrib.mail.messages import follow, is_following, send, write
from liveactions.contrib.mail.models import Message, MessageTemplate
from liveactions.contrib.reports import registry
from sample_site.desk.models import Customer


@pytest.fixture
def compose(live, ana, ada):
    """Open the composer about Ada, as the window would."""

    def open_composer(**params):
        return live.open(
            "live_mail.composer", user=ana, **{"model": "desk.customer", "record_id": str(ada.pk), **params}
        )

    return open_composer


def results(page, kind):
    return [said.result for said in page.log if isinstance(said.result, kind)]


class TestWriting:
    def test_nothing_is_sent_before_send_and_then_the_window_closes(self, compose, postbox, ada, ana):
        page = compose(contacts=[{"id": 1, "name": "Ada", "email": "ada@firm.test"}])
        page.fill("Subject", "Hello")
        page.fill("Text", "How are you?\nYours, Ana")
        assert postbox.mails == [] and not Message.objects.exists()
        page.submit("form.live-mail-text")
        (mail,) = postbox.mails
        assert (mail["Subject"], mail["To"]) == ("Hello", "Ada <ada@firm.test>")
        assert "How are you?<br>Yours, Ana" in mail.get_body(("html",)).get_content()
        assert [type(result) for result in results(page, (Toast, Close))] == [Toast, Close]
        message = Message.objects.get()
        assert (message.record, message.author, message.status) == (ada, ana, "sent")
        assert is_following(ada, ana)

    def test_sending_twice_sends_once(self, compose, postbox):
        page = compose(contacts=[{"name": "Ada", "email": "ada@firm.test"}], subject="x")
        page.call("send")
        page.call("send")
        assert len(postbox.mails) == 1

    def test_what_is_missing_is_said_and_nothing_is_lost(self, compose, postbox):
        page = compose()
        page.fill("Subject", "Hello")
        error = page.call("send", expect=None)[-1]
        assert isinstance(error, Error) and error.message == "To whom?" and error.errors == {"recipients": ["To whom?"]}
        assert page.text("[role=alert]") == "To whom?"
        page = compose(contacts=[{"name": "", "email": "a@firm.test"}])
        assert page.call("send")[-1].message == "There is nothing to send yet."

    def test_a_failure_keeps_the_draft_and_the_next_try_sends_it(self, compose, postbox):
        page = compose(contacts=[{"name": "Ada", "email": "ada@firm.test"}], subject="Hello")
        postbox.refuse = "550 No"
        assert "does not take" in page.call("send")[-1].message
        assert results(page, Close) == []
        assert "does not take" in page.text("[role=alert]")
        assert Message.objects.get().status == "draft"
        postbox.refuse = None
        page.fill("Subject", "Hello again")
        page.call("send")
        assert Message.objects.get().status == "sent"
        assert postbox.mails[0]["Subject"] == "Hello again"

    def test_a_note_goes_to_nobody_by_mail(self, compose, postbox, ada):
        page = compose(kind="note", contacts=[{"name": "Ada", "email": "ada@firm.test"}])
        page.fill("Text", "Call back.")
        page.call("send")
        message = Message.objects.get()
        assert (message.kind, message.status, message.recipients) == ("note", "sent", [])
        assert postbox.mails == []

    def test_followers_get_it_at_their_addresses(self, compose, postbox, ada, people):
        page = compose(kind="followers", subject="News")
        assert page.call("send")[-1].message == "Nobody follows this."
        follow(ada, people("ben"))
        page = compose(kind="followers", subject="News")
        page.call("send")
        assert postbox.envelopes[0].rcpt_tos == ["ben@shop.test"]

    def test_who_may_not_see_the_record_cannot_write_about_it(self, live, ada, people):
        for user in (people("eve", may=False), None):
            with pytest.raises(PermissionDenied):
                live.open("live_mail.composer", user=user, model="desk.customer", record_id=str(ada.pk))
        with pytest.raises(Http404):
            live.open("live_mail.composer", user=people("ben"), model="desk.customer", record_id="999")

    def test_a_permission_that_was_taken_back_meanwhile_counts(self, compose, postbox, ana):
        page = compose(contacts=[{"name": "Ada", "email": "ada@firm.test"}], subject="x")
        ana.user_permissions.clear()
        for name in ("_perm_cache", "_user_perm_cache"):
            vars(page.session.tree.surroundings.user).pop(name, None)
        page.call("send", expect="action.forbidden")
        assert postbox.mails == []


class TestRecipients:
    def test_they_are_typed_shown_as_chips_and_taken_out(self, compose):
        page = compose()
        page.fill("To", "Ada Lovelace <ada@firm.test>")
        page.submit("form.live-mail-to")
        assert page.text(".live-mail-chip span") == "Ada Lovelace"
        page.call("add", email="ADA@firm.test")
        assert len(page.find_all(".live-mail-chip")) == 1
        page.click("Remove ada@firm.test")
        assert len(page.find_all(".live-mail-chip")) == 0

    def test_what_is_no_address_is_said(self, compose):
        page = compose()
        page.fill("To", "nobody")
        page.submit("form.live-mail-to")
        assert "is not an address" in page.text("[role=alert]")

    def test_what_was_typed_and_not_added_counts(self, compose, postbox):
        page = compose(subject="x")
        page.fill("To", "ada@firm.test")
        page.call("send")
        assert postbox.envelopes[0].rcpt_tos == ["ada@firm.test"]

    def test_people_of_the_record_and_earlier_recipients_and_sources_are_suggested(
        self, compose, ada, ana, monkeypatch
    ):
        monkeypatch.setattr(
            Customer, "mail_contacts", lambda self: [{"id": 1, "name": "Ada", "email": "ada@firm.test"}], raising=False
        )
        monkeypatch.setattr(contacts, "SOURCES", [lambda text, user: [{"name": "Adam", "email": f"adam@{user}.test"}]])
        write(ada, author=ana, recipients=["Bo <bo@firm.test>"])
        page = compose(contacts=[])
        assert page.texts(".live-mail-suggestions small") == ["ada@firm.test", "bo@firm.test"]
        page.fill("To", "ad")
        assert page.texts(".live-mail-suggestions small") == ["ada@firm.test", "adam@ana.test"]
        page.click("Adam")
        assert page.text(".live-mail-chip span") == "Adam"


class TestTemplates:
    @pytest.fixture(autouse=True)
    def some(self, db):
        body = "<p>Dear {{ record.name }}, yours {{ user.first_name }}</p><script>x</script>"
        self.one = MessageTemplate.objects.create(
            name="Hello", model="desk.customer", subject="To {{ record.name }}", body=body
        )
        MessageTemplate.objects.create(name="Orders only", model="desk.order")
        MessageTemplate.objects.create(name="Anything")
        MessageTemplate.objects.create(name="Deutsch", language="de")

    def test_those_for_the_record_can_be_chosen_and_fill_the_texts_in(self, compose):
        page = compose()
        assert page.texts("option") == ["—", "Anything", "Hello"]
        page.fill("Template", "Hello")
        composer = page.component("live_mail.composer")
        assert composer.state.subject == "To Ada"
        assert composer.state.body == "<p>Dear Ada, yours Ana</p>"

    def test_one_that_is_given_is_chosen_at_first_and_ready_texts_stay(self, compose):
        page = compose(template_id=self.one.pk, subject="Ready")
        assert page.component("live_mail.composer").state.subject == "Ready"
        assert "Dear Ada" in page.component("live_mail.composer").state.body

    def test_one_that_is_broken_is_said(self, compose):
        MessageTemplate.objects.filter(pk=self.one.pk).update(body="{% if %}")
        page = compose()
        page.fill("Template", "Hello")
        assert "This template is broken" in page.text("[role=alert]")


class TestAttachedReports:
    @pytest.fixture(autouse=True)
    def letter(self, monkeypatch):
        monkeypatch.setattr(registry, "BY_NAME", {})
        given = {"template_name": "papers/letter.html", "model": Customer, "filename": "letter-{record.name}", "id": 4}
        reports.register("tests.letter")(type("Letter", (reports.BaseReport,), given))

    @pytest.mark.parametrize("report_id", ["tests.letter", "4"])
    def test_the_document_travels_with_the_mail(self, compose, postbox, report_id):
        page = compose(contacts=[{"name": "Ada", "email": "ada@firm.test"}], subject="x", report_id=report_id)
        page.call("send")
        (file,) = postbox.mails[0].iter_attachments()
        assert (file.get_filename(), file.get_content_type()) == ("letter-Ada.pdf", "application/pdf")
        assert "dear Ada of Turin" in PdfReader(io.BytesIO(file.get_content())).pages[0].extract_text()

    def test_it_can_be_left_out(self, compose, postbox):
        page = compose(contacts=[{"name": "Ada", "email": "ada@firm.test"}], subject="x", report_id="tests.letter")
        page.click("Do not attach")
        page.call("send")
        assert list(postbox.mails[0].iter_attachments()) == []

    def test_one_that_cannot_be_made_is_said_and_nothing_is_sent(self, compose, postbox):
        page = compose(contacts=[{"name": "Ada", "email": "ada@firm.test"}], subject="x", report_id="tests.gone")
        assert "There is no report" in page.call("send")[-1].message
        assert postbox.mails == []


class TestChatter:
    @pytest.fixture
    def page(self, live, ana, ada):
        return live.open("live_mail.chatter", user=ana, record=ada)

    def test_it_shows_what_was_written_as_it_comes(self, page, ada, people):
        assert "Nothing was written yet" in page.text()
        send(write(ada, author=people("ben"), kind="note", subject="Call back", body="<p>Soon</p><script>x</script>"))
        assert page.text(".live-mail-subject") == "Call back"
        assert page.text(".live-mail-body") == "Soon"
        assert "<script" not in page.find(".live-mail-body").html

    def test_following_is_a_click_and_others_see_it(self, page, live, ada, ana, people):
        other = live.open("live_mail.chatter", user=people("ben"), record=ada)
        page.click("Follow")
        assert "1 follower" in page.text() and "1 follower" in other.text()
        assert is_following(ada, ana)
        page.click("Unfollow")
        assert not is_following(ada, ana)

    def test_a_draft_is_seen_by_its_author_who_can_try_again_or_discard_it(self, page, live, ada, people, postbox):
        postbox.refuse, ana = "550 No", page.user
        send(write(ada, author=ana, subject="Hello", recipients=["ada@firm.test"]))
        other = live.open("live_mail.chatter", user=people("ben"), record=ada)
        assert "Not sent" in page.text() and "Hello" not in other.text()
        assert isinstance(page.click("Try again")[-1], Error)
        postbox.refuse = None
        page.click("Try again")
        assert "Not sent" not in page.text() and "Hello" in other.text()
        write(ada, author=ana, subject="Never")
        page.call("follow")
        page.click("Discard")
        assert "Never" not in page.text()

    def test_of_others_drafts_there_is_nothing_to_be_had(self, page, ada, people):
        draft = write(ada, author=people("ben"), subject="Mine", attachments=[("a.txt", b"x", "text/plain")])
        page.call("send_again", message=draft.pk, expect="action.not_found")
        page.call("discard", message=draft.pk, confirm=True, expect="action.not_found")
        page.call("download", attachment=draft.attachments.get().pk, expect="action.not_found")

    def test_files_can_be_fetched(self, page, ada, people):
        message = write(
            ada, author=people("ben"), kind="note", subject="x", attachments=[("a.txt", b"abc", "text/plain")]
        )
        send(message)
        (file,) = [each for each in page.click("a.txt") if isinstance(each, Download)]
        assert (file.filename, file.content) == ("a.txt", b"abc")

    def test_earlier_ones_are_a_click_away(self, page, ada, ana):
        for number in range(21):
            send(write(ada, author=ana, kind="note", subject=f"Note {number}."))
        assert len(page.find_all(".live-mail-entry")) == 20 and "Note 0." not in page.text()
        page.click("Show earlier ones")
        assert "Note 0." in page.text()

    def test_its_buttons_open_the_composer_about_this_record(self, page, ada, monkeypatch):
        from liveactions.results import performing

        opened = []
        monkeypatch.setitem(performing.PERFORMERS, SendMessage, [lambda word, request: opened.append(word)])
        page.click("Log note")
        (word,) = opened
        assert (word.model, word.record_id, word.modal_type) == ("desk.customer", str(ada.pk), "note")

    def test_who_may_not_see_the_record_sees_no_messages(self, live, ada, people):
        with pytest.raises(PermissionDenied):
            live.open("live_mail.chatter", user=people("eve", may=False), record=ada)
