"""Sending a mail from an action, through Django's mail backends."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formataddr, parseaddr
from typing import Any

import django
from django.core.mail import EmailMessage, EmailMultiAlternatives

from liveactions.requests.logs import LogsOfRequest
from liveactions.requests.markup import text_of

__all__ = ["MailOfRequest", "post"]

NOBODY = "@example.com"
"""Addresses of invented people: nothing is sent to them, nor in their name."""


class MailOfRequest(LogsOfRequest):
    def send_email(self, subject: str, sender: str, body: str, recipients: Iterable[str], **options: Any) -> int:
        """Send one mail to all recipients; how many were sent, 0 or 1.

        A ``body`` that begins with ``<`` is HTML, and sent with its text beside it. Who has an address at example.com
        is left out; nothing is sent if nobody is left, or the sender has one. What goes wrong is logged, never raised.
        ``options`` are those of Django's ``EmailMessage`` (``cc``, ``reply_to``, ``attachments`` …).
        """
        subject = " ".join(str(subject).split())  # a line break would begin another header
        given = [recipients] if isinstance(recipients, str) else recipients
        known = [name for address in given if NOBODY not in address and (name := clean(address))]
        if NOBODY in sender or not known:
            self.info("No mail %r: nobody to send it to, or from (%s).", subject, sender)
            return 0
        mail = message(subject, sender, str(body), known, options)
        try:
            return post(mail)
        except Exception as error:  # noqa: BLE001  # the action goes on, whatever the mail server says
            self.warning("The mail %r could not be sent: %s", subject, error)
            return 0


def post(mail: EmailMessage) -> int:
    """Send a mail; how many were sent, 0 or 1. Raises what the mail backend raises.

    The connection that was made for it is closed in any case. Before 5.0 Django leaves it open when a mail is refused.
    """
    if django.VERSION >= (5, 0):
        return mail.send()
    given = mail.connection
    try:
        return mail.send()
    finally:
        if given is None and mail.connection is not None:
            mail.connection.close()


def clean(address: str) -> str:
    return formataddr(parseaddr(address))


def message(subject: str, sender: str, body: str, to: list[str], options: dict[str, Any]) -> EmailMultiAlternatives:
    is_html = body.startswith("<")
    mail = EmailMultiAlternatives(subject, text_of(body) if is_html else body, sender, to, **options)
    if is_html:
        mail.attach_alternative(body, "text/html")
    return mail
