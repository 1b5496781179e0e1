"""What people see: the composer, in which a message is written, and the chatter, which shows what was written."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.template import TemplateSyntaxError
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liveactions import (
    ActionRequest,
    Close,
    Component,
    Download,
    Error,
    Report,
    Result,
    SendMessage,
    Toast,
    action,
    field,
    on,
)
from liveactions.contrib.mail import messages, people, sandbox
from liveactions.contrib.mail.cleaning import cleaned
from liveactions.contrib.mail.models import DRAFT, MESSAGE, NOTE, SENT, Attachment, Message, MessageTemplate

__all__ = ["Chatter", "Composer", "record_of"]

logger = logging.getLogger("liveactions.mail")


def record_of(model: str, record_id: str) -> Model | None:
    """The record that a component is about; None if it is about none. Raises ``Http404``."""
    if not model or not record_id:
        return None
    try:
        found: Model = apps.get_model(model)._default_manager.get(pk=record_id)  # noqa: SLF001  # documented
    except (LookupError, ValueError, ValidationError):
        raise Http404(f"There is no {model} {record_id!r}.") from None
    except Exception as error:
        if type(error).__name__ == "DoesNotExist":
            raise Http404(f"There is no {model} {record_id!r}.") from None
        raise
    return found


class AboutRecord(Component):
    """A component about one record, which its user must be allowed to see."""

    model: str = ""
    record_id: str = ""

    @property
    def subject_record(self) -> Model | None:
        return record_of(self.model, self.record_id)

    def require_record(self) -> Model | None:
        """The record. Raises ``PermissionDenied``, ``Http404``."""
        record = self.subject_record
        if not messages.may_see(self.user, record):
            raise PermissionDenied
        return record


class Composer(AboutRecord):
    """A message, or a note, that is being written. Nothing is sent before ``send``."""

    name = "live_mail.composer"
    template_name = "live_mail/composer.html"
    window_title = gettext_lazy("New message")

    kind: str = "message"
    subject: str = field("", bind=True)
    body: str = field("", bind=True)
    typed: str = field("", bind=True)
    """What is being typed as a recipient."""
    chosen_template: str = field("", bind=True)
    recipients: list[dict[str, Any]] = []
    report_id: str = ""
    """The report whose document is attached, made when the message is sent."""
    problem: str = ""
    problem_at: str = ""
    draft: int | None = None
    """The message that was kept when sending it failed."""
    done: bool = False

    def mount(
        self,
        *,
        model: str = "",
        record_id: str = "",
        kind: str = "message",
        template_id: int | None = None,
        subject: str = "",
        body: str = "",
        report_id: str = "",
        contacts: list[dict[str, Any]] | None = None,
    ) -> None:
        self.model, self.record_id = model, record_id
        record = self.require_record()
        self.kind, self.report_id = kind, report_id
        given = contacts if contacts is not None else people.known_to(record)[:1]
        self.recipients = [each for each in given if kind == "message"]
        self.subject, self.body = subject, body
        if template_id is not None:
            self.chosen_template = str(template_id)
            self.fill_in(keep_given=True)

    # What its template shows -------------------------------------------------------------------------------------

    @property
    def templates(self) -> QuerySet[MessageTemplate]:
        """Those for this model, or for all; in the user's language, or in none."""
        language = (get_language() or "").partition("-")[0]
        of_model = Q(model="") | Q(model=self.model.lower())
        in_language = Q(language="") | Q(language__startswith=language) | Q(pk=self.chosen_template or 0)
        found: QuerySet[MessageTemplate] = MessageTemplate.objects.filter(of_model, in_language)
        return found

    @property
    def suggestions(self) -> list[people.Contact]:
        if self.kind != "message":
            return []
        record = self.subject_record
        earlier = messages.earlier_recipients(record) if record is not None else []
        return people.suggested(self.typed, self.user, [*people.known_to(record), *earlier], self.recipients)

    @property
    def followers(self) -> list[people.Contact]:
        record = self.subject_record
        return [] if record is None else people.follower_contacts(messages.followers(record))

    @property
    def preview(self) -> SafeString:
        return cleaned(self.body)

    # What its user does ------------------------------------------------------------------------------------------

    def updated(self, changed: frozenset[str]) -> None:
        if "chosen_template" in changed:
            self.fill_in()

    def fill_in(self, *, keep_given: bool = False) -> None:
        """The texts of the chosen template. ``keep_given``: those that are there already stay."""
        template = self.templates.filter(pk=self.chosen_template or 0).first()
        if template is None:
            return
        try:
            made = sandbox.render(
                template.subject,
                template.body,
                record=self.subject_record,
                user=self.user,
                language=template.language,
            )
        except TemplateSyntaxError as error:
            self.problem, self.problem_at = _("This template is broken: %(reason)s") % {"reason": error}, "template"
            return
        self.subject = self.subject if keep_given and self.subject else made.subject
        self.body = self.body if keep_given and self.body else str(made.body)

    @action
    def add(self, email: str = "", name: str = "") -> None:
        """Another recipient: a suggestion, else what was typed."""
        given: Any = {"email": email, "name": name} if email else self.typed
        try:
            contact = people.contact_of(given)
        except ValidationError as error:
            self.problem, self.problem_at = error.messages[0], "recipients"
            return
        if not any(people.same(contact, each) for each in self.recipients):
            self.recipients = [*self.recipients, contact]
        self.typed = self.problem = self.problem_at = ""

    @action
    def remove(self, email: str) -> None:
        self.recipients = [each for each in self.recipients if each["email"] != email]

    @action
    def detach(self) -> None:
        """Without the report."""
        self.report_id = ""

    @action
    def send(self) -> list[Result] | Error | None:
        """Send it, and close the window. What goes wrong is said, and what was written stays."""
        if self.done:
            return None
        record = self.require_record()
        self.problem = self.problem_at = ""
        if self.typed.strip():
            self.add()
        if self.problem or not self.is_complete():
            return Error(self.problem, errors={self.problem_at: [self.problem]}, status=422)
        try:
            message = self.written(record)
        except ValidationError as error:
            return self.failed(" ".join(error.messages))
        self.draft = message.pk
        message = messages.send(message)
        if message.status != SENT:
            return self.failed(message.error)
        self.done = True
        told = _("Note logged") if message.kind == NOTE else _("Message sent")
        return [Toast(told, level="success"), Close()]

    def is_complete(self) -> bool:
        if self.kind == "message" and not self.recipients:
            self.problem, self.problem_at = _("To whom?"), "recipients"
        elif self.kind == "followers" and not self.followers:
            self.problem, self.problem_at = _("Nobody follows this."), "recipients"
        elif not (self.body.strip() or self.subject.strip()):
            self.problem, self.problem_at = _("There is nothing to send yet."), "body"
        return not self.problem

    def failed(self, reason: str) -> Error:
        self.problem, self.problem_at = reason, "send"
        return Error(reason, status=502)

    def written(self, record: Model | None) -> Message:
        """The message as it is now, kept. Raises ``ValidationError``."""
        draft = Message.objects.filter(pk=self.draft, author=self.user).first() if self.draft else None
        return messages.write(
            record,
            author=self.user,
            subject=self.subject,
            body=self.body,
            recipients={"message": self.recipients, "followers": self.followers}.get(self.kind, ()),
            kind=NOTE if self.kind == "note" else MESSAGE,
            attachments=self.attachments(),
            draft=draft,
        )

    def attachments(self) -> list[messages.File]:
        """The document of the report. Raises ``ValidationError`` if it cannot be made."""
        if not self.report_id:
            return []
        if not apps.is_installed("liveactions.contrib.reports"):
            raise ValidationError(_("The document cannot be made here."))
        from liveactions.contrib.reports import ReportError, make

        try:
            word = Report(self.report_id, model=self.model or None, instance_ids=[self.record_id])
            made = make(word, ActionRequest(user=self.user))
        except ReportError as error:
            raise ValidationError(error.message) from error
        return [(made.filename, made.content, made.mimetype)]


class Chatter(AboutRecord):
    """The messages, notes and followers of one record, as they come.

    ``{% live "live_mail.chatter" record=order %}``, or ``model="shop.order" record_id="7"``.
    """

    name = "live_mail.chatter"
    template_name = "live_mail/chatter.html"

    shown: int = 20
    heard: int = 0

    def mount(self, record: Any = None, model: str = "", record_id: str = "") -> None:
        if isinstance(record, Model):
            model, record_id = record._meta.label_lower, str(record.pk)  # noqa: SLF001  # documented
        self.model, self.record_id = model, record_id
        if self.require_record() is None:
            raise Http404

    def topics(self) -> list[str]:
        record = self.subject_record
        return [] if record is None else [messages.topic_of(record)]

    @on(messages.CHANGED)
    def look_again(self) -> None:
        self.heard += 1

    # What its template shows -------------------------------------------------------------------------------------

    def entries(self) -> list[dict[str, Any]]:
        """The latest messages; a draft is shown to its author only."""
        record = self.require_record()
        assert record is not None
        own = Q(status=SENT) | Q(author=self.user)
        found = messages.messages_of(record).filter(own)[: self.shown]
        return [{"message": each, "html": cleaned(each.body), "pk": each.pk} for each in found]

    def has_more(self) -> bool:
        record = self.subject_record
        return record is not None and messages.messages_of(record).count() > self.shown

    def followers(self) -> list[Any]:
        record = self.subject_record
        return [] if record is None else list(messages.followers(record))

    def following(self) -> bool:
        record = self.subject_record
        return record is not None and messages.is_following(record, self.user)

    # What its user does ------------------------------------------------------------------------------------------

    @action
    def compose(self, kind: str = "message") -> SendMessage:
        return SendMessage(model=self.model, record_id=self.record_id, modal_type=kind)  # type: ignore[arg-type]  # checked there

    @action
    def follow(self) -> None:
        record = self.require_record()
        if record is not None:
            messages.follow(record, self.user)
            messages.tell_viewers(record)
        self.heard += 1

    @action
    def unfollow(self) -> None:
        record = self.require_record()
        if record is not None:
            messages.unfollow(record, self.user)
            messages.tell_viewers(record)
        self.heard += 1

    @action
    def more(self) -> None:
        self.shown += 20

    @action
    def send_again(self, message: int) -> Result:
        """Try to send a draft of one's own again."""
        found = self.own_draft(message)
        sent = messages.send(found)
        self.heard += 1
        if sent.status != SENT:
            return Error(sent.error, status=502)
        return Toast(_("Message sent"), level="success")

    @action(confirm="Discard this message?")
    def discard(self, message: int) -> None:
        self.own_draft(message).delete()
        self.heard += 1

    @action
    def download(self, attachment: int) -> Result:
        """A file of a message that the user may see."""
        record = self.require_record()
        assert record is not None
        visible = messages.messages_of(record).filter(Q(status=SENT) | Q(author=self.user))
        found = Attachment.objects.filter(pk=attachment, message__in=visible).first()
        if found is None:
            raise Http404
        return Download(found.filename, bytes(found.content), found.mimetype)

    def own_draft(self, message: int) -> Message:
        record = self.require_record()
        assert record is not None
        drafts = messages.messages_of(record).filter(status=DRAFT, author=self.user)
        found: Message | None = drafts.filter(pk=message).first()
        if found is None:
            raise Http404
        return found
