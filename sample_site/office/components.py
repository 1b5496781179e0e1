"""What lives on the pages of the office beside the lists: the forms with what can be done there, and the overview."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from liveactions import Component, Confirm, Noop, Report, Result, SendMessage, Switch, Toast, Wizard, action, on
from liveactions.contrib import records
from liveactions.contrib.mail.models import MessageTemplate
from sample_site.desk import news as desk_news
from sample_site.desk.models import Order, OrderLine, Stage, midnight
from sample_site.office import invoices, news, wizards
from sample_site.office.models import Invoice, InvoiceLine, State, open_quantities
from sample_site.office.vcards import vcards
from sample_site.office.wizards import InvoiceOrder, InvoiceTerms, PickProducts, RegisterPayment

__all__ = [
    "CustomerDetail",
    "InvoiceDetail",
    "InvoiceOrder",
    "InvoiceTerms",
    "OrderDetail",
    "Overview",
    "PickProducts",
    "RegisterPayment",
]


def template_named(name: str) -> int | None:
    """The message template of this name; None if somebody has deleted it."""
    return MessageTemplate.objects.filter(name=name).values_list("pk", flat=True).first()


class Shown:
    """For forms of records: the record itself, for the panel above the form and for who asks what it is about."""

    pk: str
    gone: bool

    @property
    def record(self: Any) -> Any:
        """The saved record; None for a new one, and for one that is gone."""
        return self._record() if self.pk and not self.gone else None


class CustomerDetail(Shown, records.RecordDetail):
    """A customer: what they owe, a statement of it by mail, and their card."""

    template_name = "office/customer_detail.html"

    def open_invoices(self) -> QuerySet[Invoice]:
        return Invoice.objects.owed().filter(customer=self.pk).order_by("due_on")

    @action(permission="desk.view_customer")
    def card(self) -> dict[str, Any]:
        """Through the third door: a dict with a type."""
        content = vcards([self.record])
        return {"type": "download", "filename": "customer.vcf", "content": content, "mimetype": "text/vcard"}

    @action(permission="desk.view_customer")
    def statement(self) -> Report:
        return Report("office.statement", instance_ids=[self.pk])

    @action(permission="desk.view_customer")
    def mail_statement(self) -> SendMessage:
        """The composer, about this customer; the document is printed when the message is sent."""
        return SendMessage(template_id=template_named("Statement"), report_id="office.statement")


class OrderDetail(Shown, records.RecordDetail):
    """An order: its lines with what is still to be invoiced, and the way to an invoice."""

    template_name = "office/order_detail.html"

    def lines(self) -> list[tuple[OrderLine, int]]:
        lines = list(OrderLine.objects.filter(order=self.pk).select_related("product"))
        left = open_quantities(lines)
        return [(line, left[line.pk]) for line in lines]

    def can_invoice(self) -> bool:
        may = self.user is not None and self.user.has_perm("office.add_invoice")
        return may and self.record.stage != Stage.CANCELLED and any(left for _, left in self.lines())

    @action(permission="office.add_invoice")
    def invoice(self) -> Wizard | Toast:
        """Chained wizards: which lines, then until when."""
        if not self.can_invoice():
            return Toast("There is nothing to invoice.", level="warning")
        return Wizard("office.invoice_order", ctx={"active_model": "desk.order", "active_ids": [self.pk]})


class InvoiceDetail(Shown, records.RecordDetail):
    """An invoice: posting, paying and cancelling it, its document, and a message with it."""

    template_name = "office/invoice_detail.html"

    def may_post(self) -> bool:
        """Who may not sees no button for it; and is refused, should they press one."""
        return self.user is not None and self.user.has_perm("office.post_invoice")

    @action(permission="office.add_invoice")
    def pick(self) -> Wizard:
        """Products from a window; it puts them into this form, which is not saved yet."""
        self._require_form()
        return Wizard("office.pick_products")

    @action(permission="office.post_invoice")
    async def post(self) -> Toast | Switch | None:
        """An async action that asks, and stands still until there is an answer. A transaction must not wait so long."""
        if self.editing:
            return Toast("Save first: what you have entered would not be on the invoice.", level="warning")
        invoice = await sync_to_async(self._record)()
        told = await sync_to_async(wizards.consequences_of_posting)(invoice, self.user)
        if not await self.request.confirm(told, title="Post the invoice?", choices={"yes": "Post", "no": "Not yet"}):
            return None
        return Switch("post_now")

    @action(permission="office.post_invoice", atomic=True)
    def post_now(self) -> Toast:
        """The number, what is owed, and that others hear of it: committed together."""
        try:
            invoice = invoices.post(self._record().pk, actor=self.user, page=self.page)
        except invoices.NotPossible as error:
            return Toast(str(error), level="warning")
        self._load()
        return news.about(invoice, "Invoice posted", title=str(invoice), level="success")

    @action(permission="office.post_invoice")
    def cancel(self) -> Iterator[Any]:
        """A generator that asks: the ``yield`` gives the answer."""
        invoice = self._record()
        question = wizards.listed(
            f"{invoice} keeps its number and is marked as cancelled.",
            "What it charged can be invoiced again.",
            "This cannot be taken back.",
        )
        choices = {"yes": "Cancel the invoice", "no": "Keep it"}
        answer = yield Confirm(question, title=f"Cancel {invoice}?", choices=choices, variant="danger")
        if answer == "yes":
            yield Switch("cancel_now")

    @action(permission="office.post_invoice", atomic=True)
    def cancel_now(self) -> Toast:
        try:
            invoice = invoices.cancel(self._record().pk, actor=self.user, page=self.page)
        except invoices.NotPossible as error:
            return Toast(str(error), level="warning")
        self._load()
        return Toast(f"{invoice} is cancelled", level="success")

    @action(permission="office.post_invoice")
    def pay(self) -> Wizard:
        return Wizard("office.register_payment", ctx={"active_model": "office.invoice", "active_ids": [self.pk]})

    @action(permission="office.view_invoice")
    def print(self) -> Report:
        return Report("office.invoice", instance_ids=[self.pk])

    @action(permission="office.view_invoice")
    def mail(self) -> SendMessage:
        return SendMessage(template_id=template_named("Invoice"), report_id="office.invoice")


class Overview(Component):
    """How the books stand, and what is about all of them: the till of the day, and an export of everything."""

    template_name = "office/overview.html"

    def mount(self) -> None:
        if self.user is None or not self.user.has_perm("office.view_invoice"):
            raise PermissionDenied

    def topics(self) -> list[str]:
        return [news.INVOICES, desk_news.ORDERS]

    @on("invoices_changed")
    def count_again(self) -> None:
        """Nothing to keep: everything is read when the template is rendered."""

    @on("order_changed")
    def look_again(self, order: int) -> None:
        """Nothing to keep."""

    def drafts(self) -> int:
        return Invoice.objects.filter(state=State.DRAFT).count()

    def owed(self) -> Decimal:
        return Invoice.objects.owed().value()

    def overdue(self) -> Decimal:
        return Invoice.objects.overdue().value()

    def paid(self) -> Decimal:
        """In this month."""
        today = timezone.localdate()
        return Invoice.objects.filter(paid_on__year=today.year, paid_on__month=today.month).value()

    def late(self) -> QuerySet[Invoice]:
        """What has been owed the longest."""
        return Invoice.objects.overdue().select_related("customer").order_by("due_on")[:8]

    def to_invoice(self) -> QuerySet[Order]:
        """What was shipped and never charged."""
        shipped = Order.objects.filter(stage=Stage.SHIPPED).exclude(invoices__state__in=CHARGED)
        return shipped.select_related("customer").order_by("shipped_at")[:8]

    @action(permission="office.view_invoice")
    def print_till(self) -> Report:
        """A report about data instead of records: nobody needs a table for what is added up."""
        return Report("office.till", report_data=till_of_today())

    @action(permission="office.view_invoice", background=True)
    def export(self) -> Result:
        """Every line that was ever charged. It runs on a worker where there is one; the page hears how far it is."""
        lines = InvoiceLine.objects.select_related("invoice__customer").order_by("pk")
        total = lines.count()
        if not total:
            return Noop()
        return records.workbook(self.rows_of(lines, total), "Invoices")

    def rows_of(self, lines: QuerySet[InvoiceLine], total: int) -> Iterator[list[Any]]:
        yield ["Invoice", "State", "Customer", "Posted", "Product", "Quantity", "Price", "Amount"]
        for number, line in enumerate(lines.iterator(chunk_size=500), start=1):
            invoice = line.invoice
            head = [str(invoice), invoice.get_state_display(), invoice.customer.name, invoice.posted_on]
            yield [*head, line.text, line.quantity, line.unit_price, line.amount]
            self.request.progress(number, total, "Writing the workbook …")


CHARGED = (State.DRAFT, State.POSTED, State.PAID)


def till_of_today() -> dict[str, Any]:
    """What left the house today, by product: plain values, as they travel to who prints them."""
    lines = OrderLine.objects.filter(order__stage=Stage.SHIPPED, order__shipped_at__gte=midnight())
    sums: dict[str, tuple[int, Decimal]] = {}
    for line in lines.select_related("product").order_by("product__name"):
        count, amount = sums.get(line.product.name, (0, Decimal(0)))
        sums[line.product.name] = count + line.quantity, amount + line.total
    rows = [[name, count, str(amount)] for name, (count, amount) in sums.items()]
    total = sum((amount for _, amount in sums.values()), Decimal(0))
    return {"day": timezone.localdate().isoformat(), "rows": rows, "total": str(total)}
