"""Who hears of what happens to an invoice: pages of the office by a topic, followers wherever they are."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from liveactions import Toast, WindowAction, audience, broadcast
from liveactions.contrib import records
from liveactions.contrib.mail import messages
from sample_site.office.models import Invoice

__all__ = ["INVOICES", "about", "tell"]

INVOICES = "office.invoices"
"""The topic of everything that happens to invoices."""


def about(invoice: Invoice, message: str, **options: Any) -> Toast:
    """A message with a way to the invoice: in a window, so that nobody has to leave what they are at."""
    there = WindowAction(model="office.invoice", record_id=invoice.pk, target="new")
    return Toast(message, action=there, action_label="View invoice", **options)


def tell(invoice: Invoice, what: str, actor: User, page: str | None = None) -> None:
    """``ana posted 2026-0042``: to those who follow the invoice, and to every page of the office that counts them.

    ``page`` is the one that did it: its own toast is the answer to its action.
    """
    records.changed(invoice)  # written by update(), which Django does not tell of
    broadcast(INVOICES, event="invoices_changed")
    followers = [user for user in messages.followers(invoice) if user != actor]
    if followers:
        told = about(invoice, f"{actor.get_username()} {what} {invoice}")
        broadcast([audience.user(user) for user in followers], told, exclude=page)
