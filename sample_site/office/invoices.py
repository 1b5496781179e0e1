"""What people do to invoices. Each function is one transaction, asks whether it is still possible, and tells of it.

Nothing here knows a window or a button: commands and tests call the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from liveactions.contrib import records
from liveactions.contrib.mail import messages
from sample_site.desk.models import Order
from sample_site.office import news
from sample_site.office.models import Invoice, InvoiceLine, State, open_quantities

__all__ = ["NotPossible", "cancel", "charge", "pay", "post"]


class NotPossible(Exception):
    """Somebody was faster, or the invoice is not in the state for it. The text is for the user."""


def charge(
    order: Order, quantities: Mapping[int, int], *, due_on: date, note: str = "", actor: User, page: str | None = None
) -> Invoice:
    """A draft with so much of each line of an order (by the line's key). Raises ``NotPossible``."""
    with transaction.atomic(), records.acting(actor):
        lines = list(order.lines.select_related("product"))
        left = open_quantities(lines)
        wanted = {line: quantities.get(line.pk, 0) for line in lines if quantities.get(line.pk, 0) > 0}
        if not wanted:
            raise NotPossible("There is nothing to invoice.")
        if any(quantity > left[line.pk] for line, quantity in wanted.items()):
            raise NotPossible(f"Part of {order} has been invoiced meanwhile. Begin again to see what is left.")
        invoice = Invoice.objects.create(customer_id=order.customer_id, order=order, due_on=due_on, note=note)
        for line, quantity in wanted.items():
            InvoiceLine.objects.create(
                invoice=invoice,
                product=line.product,
                quantity=quantity,
                unit_price=line.unit_price,
                order_line=line,
            )
        records.changed(order)  # its list shows what is still to be invoiced
        messages.follow(invoice, actor)
        news.tell(invoice, "drafted", actor, page)
    return invoice


def post(pk: int, *, actor: User, page: str | None = None) -> Invoice:
    """Give a draft its number. From then on it is owed, and cannot be edited. Raises ``NotPossible``."""
    with transaction.atomic():
        invoice = change(pk, [State.DRAFT], state=State.POSTED, posted_on=timezone.localdate(), number=next_number())
        if not invoice.lines.exists():
            raise NotPossible(f"Draft {pk} has no lines yet.")
        settle(invoice, "posted", actor, page)
    return invoice


def cancel(pk: int, *, actor: User, page: str | None = None) -> Invoice:
    """Take back a posted invoice. It keeps its number; what it charged can be charged again. Raises ``NotPossible``."""
    with transaction.atomic():
        invoice = change(pk, [State.POSTED], state=State.CANCELLED)
        settle(invoice, "cancelled", actor, page)
    return invoice


def pay(pks: Iterable[int], paid_on: date, *, actor: User, page: str | None = None) -> list[Invoice]:
    """Mark posted invoices as paid, all or none. Raises ``NotPossible``."""
    with transaction.atomic():
        paid = [change(pk, [State.POSTED], state=State.PAID, paid_on=paid_on) for pk in pks]
        for invoice in paid:
            settle(invoice, "registered the payment of", actor, page)
    return paid


def change(pk: int, states: list[State], **values: object) -> Invoice:
    """Write ``values`` if the invoice is in one of ``states``."""
    written = Invoice.objects.filter(pk=pk, state__in=states).update(**values)
    invoice = Invoice.objects.select_related("customer", "order").filter(pk=pk).first()
    if invoice is None:
        raise NotPossible("This invoice is not there any more.")
    if not written:
        raise NotPossible(f"{invoice} is {invoice.get_state_display().lower()}.")
    return invoice


def settle(invoice: Invoice, what: str, actor: User, page: str | None) -> None:
    """Everyone who shows the invoice or its order looks again."""
    with records.acting(actor):
        if invoice.order is not None:
            records.changed(invoice.order)
        news.tell(invoice, what, actor, page)


def next_number() -> str:
    """``2026-0001`` and so on, beginning anew each year."""
    year = timezone.localdate().year
    latest = Invoice.objects.filter(number__startswith=f"{year}-").order_by("-number").first()
    return f"{year}-{int(latest.number[5:]) + 1 if latest and latest.number else 1:04}"
