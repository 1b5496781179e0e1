"""What the office prints: an invoice, a statement of what a customer owes (both about records), a till (about data)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext, pgettext_lazy

from liveactions import ActionRequest
from liveactions.contrib import reports
from liveactions.contrib.mail import people
from sample_site.desk.models import Customer
from sample_site.office.models import Invoice

__all__ = ["InvoiceDocument", "Statement", "Till"]


class Paper(reports.BaseReport):
    """Printed in the language of who gets it: words (``locale/``), days and amounts are written as they are there."""

    stylesheets = ("office/print.css",)


@reports.register("office.invoice")
class InvoiceDocument(Paper):
    template_name = "office/print/invoice.html"
    model = "office.Invoice"
    filename = "invoice-{record}.pdf"

    def get_title(self, records: Sequence[Any], data: Mapping[str, Any] | None) -> str:
        return f"{pgettext('paper', 'Invoice')} {records[0]}" if len(records) == 1 else pgettext("paper", "Invoices")

    def get_filename(self, records: Sequence[Any], data: Mapping[str, Any] | None) -> str:
        return super().get_filename(records, data) if len(records) == 1 else "invoices.pdf"

    def contact_of(self, record: Invoice) -> Customer:
        return record.customer


@reports.register("office.statement")
class Statement(Paper):
    template_name = "office/print/statement.html"
    model = "desk.Customer"
    title = pgettext_lazy("paper", "Statement")
    filename = "statement-{today:%Y-%m-%d}.pdf"

    def contact_of(self, record: Customer) -> Customer:
        return record

    def get_context(
        self, request: ActionRequest, records: Sequence[Customer], data: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        owed = Invoice.objects.owed().filter(customer__in=records)
        return {"invoices": owed.order_by("due_on"), "owed": owed.value()}


@reports.register("office.till")
class Till(Paper):
    template_name = "office/print/till.html"
    title = "Till"
    filename = "till-{data[day]}.pdf"
    page_size = "80mm 200mm"
    margin = "6mm"
    permission = "office.view_invoice"

    def get_context(
        self, request: ActionRequest, records: Sequence[Any], data: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        """The values come as plain data: here they become days and decimals again."""
        told = data or {}
        rows = [(name, count, Decimal(amount)) for name, count, amount in told.get("rows", [])]
        return {"day": date.fromisoformat(told["day"]), "rows": rows, "total": Decimal(told["total"])}


@people.contact_source
def customers(text: str, user: Any) -> list[dict[str, Any]]:
    """Whom the composer suggests while a name is typed."""
    if not user.has_perm("desk.view_customer"):
        return []
    found = Customer.objects.filter(name__icontains=text).exclude(email="")
    return list(found.values("id", "name", "email")[:8])
