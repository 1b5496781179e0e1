"""Four models, registered once each: from this come their lists, forms, searches, exports and who may do what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import F, Model, QuerySet, Sum

from liveactions import Report, Result, Wizard
from liveactions.contrib import records
from sample_site.desk import orders
from sample_site.desk.models import Customer, Order, Product
from sample_site.office.forms import InvoiceForm, OrderForm
from sample_site.office.models import Invoice, State
from sample_site.office.vcards import vcards

__all__ = ["CustomerRecords", "InvoiceRecords", "OrderRecords", "ProductRecords"]


@records.register(Customer)
class CustomerRecords(records.Records):
    """Search, filters, editing in the list, a veto against deleting, and files of what is selected."""

    columns = ("name", "city", "email", "phone", "owes")
    search = ("name", "city", "email")
    filters = ("city", "language")
    fields = ("name", "email", "phone", "language", "street", "postcode", "city")
    editable = ("city", "email", "phone")
    prefetch = ("invoices",)
    identifier = "office.customers"
    detail_component = "office.customer_detail"

    @records.column("Owes in €", numeric=True)
    def owes(self, customer: Customer) -> Decimal | None:
        """What was posted and is not paid."""
        open_amounts = [each.total for each in customer.invoices.all() if each.state == State.POSTED]
        return sum(open_amounts, Decimal(0)) if open_amounts else None

    def delete_veto(self, customer: Model) -> str | None:
        """Books must stay complete: whoever was sent an invoice stays."""
        posted = Invoice.objects.filter(customer=customer).exclude(state=State.DRAFT)
        numbers = list(posted.order_by("number").values_list("number", flat=True)[:3])
        if not numbers:
            return None
        more = posted.count() - len(numbers)
        return f"There are posted invoices: {', '.join(map(str, numbers))}{f' and {more} more' if more else ''}."

    @records.bulk("vCard", permission="view")
    def card(self, request: Any, customers: QuerySet[Customer]) -> dict[str, Any]:
        """An answer through the third door: a dict with a type."""
        return {
            "type": "file_download",
            "filename": "customers.vcf",
            "content": vcards(customers),
            "mimetype": "text/vcard",
        }

    @records.bulk("As workbook", permission="view")
    def as_workbook(self, request: Any, customers: QuerySet[Customer]) -> Result:
        """The selected rows only; the link XLSX above the list has all that is found."""
        return records.workbook(records.lines(self, request, customers), self.plural)


@records.register(Product)
class ProductRecords(records.Records):
    """Prices and stock are edited where they stand; a sum that the database computes is below them."""

    columns = ("sku", "name", "price", "stock", "worth")
    search = ("sku", "name")
    editable = ("name", "price", "stock")
    totals = {"stock": Sum("stock"), "worth": Sum(F("price") * F("stock"))}
    identifier = "office.products"

    @records.column("Worth in €", numeric=True)
    def worth(self, product: Product) -> Decimal:
        return product.price * product.stock


@records.register(Order)
class OrderRecords(records.Records):
    """Orders are taken, moved and cancelled on the board; the office reads them, and writes their promise and note."""

    columns = ("number", "customer", "stage", "placed_at", "promised_at", "note", "charged", "total")
    search = ("number__startswith", "customer__name", "customer__city", "lines__product__name")
    filters = ("stage", "customer", "placed_at")
    ordering = ("-number",)
    form_class = OrderForm
    editable = ("note",)
    totals = {"total": Sum("total")}
    prefetch = ("invoices",)
    page_size = 15
    identifier = "office.orders"
    detail_component = "office.order_detail"

    @records.column("Invoices")
    def charged(self, order: Order) -> str:
        return ", ".join(str(each) for each in order.invoices.all() if each.state != State.CANCELLED)

    def can_add(self, request: Any, obj: Model | None = None) -> bool:
        return False

    def can_delete(self, request: Any, obj: Model | None = None) -> bool:
        return False

    def saving(self, request: Any, obj: Model) -> None:
        """Whoever looks at the order on the board sees that it is another one now."""
        if isinstance(obj, Order):
            obj.version += 1
            orders.record(obj, request.user, f"changed the promise or the note of {obj}", request.page, quietly=True)

    @records.bulk("As workbook", permission="view")
    def as_workbook(self, request: Any, found: QuerySet[Order]) -> Result:
        return records.workbook(records.lines(self, request, found), self.plural)


@records.register(Invoice)
class InvoiceRecords(records.Records):
    """One long list, of which only what is in sight is there. Only drafts can be changed or deleted."""

    columns = ("called", "customer", "order", "posted_on", "due_on", "standing", "total")
    search = ("number", "customer__name", "lines__text", "note")
    filters = ("state", "customer", "due_on")
    ordering = ("-pk",)
    form_class = InvoiceForm
    editable = ("due_on",)
    totals = {"total": Sum("total")}
    related = ("lines",)
    window = True
    identifier = "office.invoices"
    detail_component = "office.invoice_detail"

    @records.column("Number", sort="number")
    def called(self, invoice: Invoice) -> str:
        return str(invoice)

    @records.column("State", sort="state")
    def standing(self, invoice: Invoice) -> str:
        return "Overdue" if invoice.is_overdue else str(invoice.get_state_display())

    def can_change(self, request: Any, obj: Model | None = None) -> bool:
        return super().can_change(request, obj) and (not isinstance(obj, Invoice) or obj.is_draft)

    def can_delete(self, request: Any, obj: Model | None = None) -> bool:
        return super().can_delete(request, obj) and (not isinstance(obj, Invoice) or obj.is_draft)

    @records.bulk("Register payment …", permission="office.post_invoice")
    def pay(self, request: Any, invoices: QuerySet[Invoice]) -> Result:
        return Wizard("office.register_payment", ctx=about(invoices))

    @records.bulk("Print", permission="view")
    def print(self, request: Any, invoices: QuerySet[Invoice]) -> Result:
        """One PDF; each invoice begins a page."""
        return Report("office.invoice", instance_ids=[invoice.pk for invoice in invoices])

    @records.bulk("As workbook", permission="view")
    def as_workbook(self, request: Any, invoices: QuerySet[Invoice]) -> Result:
        return records.workbook(records.lines(self, request, invoices), self.plural)


def about(invoices: QuerySet[Invoice]) -> dict[str, Any]:
    """What a wizard is about."""
    return {"active_model": "office.invoice", "active_ids": [invoice.pk for invoice in invoices]}
