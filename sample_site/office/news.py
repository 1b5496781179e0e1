"""Who hears of what happens to an invoice: pages of the office by a topic, followers wherever they are."""

from __future__ import annotations

from django.contrib.auth.models import User

from liveactions import Toast, WindowAction, audience, broadcast
from liveactions.contrib import records
from liveactions.contrib.mail import messages
from sample_site.office.models import Invoice

__all__ = ["INVOICES", "tell", "view_invoice"]

INVOICES = "office.invoices"
"""The topic of everything that happens to invoices."""


def view_invoice(invoice: Invoice) -> WindowAction:
    """A button's way to an invoice: in a window, so that nobody has to leave what they are at."""
    return WindowAction(model="office.invoice", record_id=invoice.pk, target="new", title="View invoice")


def tell(invoice: Invoice, what: str, actor: User, page: str | None = None) -> None:
    """``ana posted 2026-0042``: to those who follow the invoice, and to every page of the office that counts them.

    ``page`` is the one that did it: its own toast is the answer to its action.
    """
    records.changed(invoice)  # written by update(), which Django does not tell of
    broadcast(INVOICES, event="invoices_changed")
    followers = [user for user in messages.followers(invoice) if user != actor]
    if followers:
        news = Toast(f"{actor.get_username()} {what} {invoice}", action=view_invoice(invoice))
        broadcast([audience.user(user) for user in followers], news, exclude=page)
