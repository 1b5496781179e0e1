"""What the office adds to the desk: invoices and their lines. Amounts are decimals, in euros."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CASCADE, F, ProtectedError, Q, Sum
from django.utils import timezone

from sample_site.desk.models import Customer, Order, OrderLine, Product

__all__ = ["Invoice", "InvoiceLine", "State", "in_two_weeks", "keep_what_counts", "open_quantities"]

CENT = Decimal("0.01")


class State(models.TextChoices):
    """How far an invoice has come. Only a draft can be edited or deleted."""

    DRAFT = "draft", "Draft"
    POSTED = "posted", "Posted"
    PAID = "paid", "Paid"
    CANCELLED = "cancelled", "Cancelled"


def keep_what_counts(collector: Any, field: Any, invoices: Any, using: str) -> None:
    """For ``on_delete``: drafts go with what they belong to, every other invoice holds it."""
    held = list(invoices.exclude(state=State.DRAFT))
    if held:
        raise ProtectedError(f"{len(held)} invoices are posted.", set(held))
    CASCADE(collector, field, invoices, using)


def in_two_weeks() -> date:
    return timezone.localdate() + timedelta(days=14)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def owed(self) -> InvoiceQuerySet:
        """Posted, and not paid yet."""
        return self.filter(state=State.POSTED)

    def overdue(self) -> InvoiceQuerySet:
        return self.owed().filter(due_on__lt=timezone.localdate())

    def value(self) -> Decimal:
        return self.aggregate(value=Sum("total"))["value"] or Decimal(0)


class Invoice(models.Model):
    """What a customer owes. It gets its number when it is posted, and stays as it is from then on."""

    number = models.CharField(max_length=12, unique=True, null=True, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, db_index=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=keep_what_counts, related_name="invoices")
    order = models.ForeignKey(
        Order, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="invoices"
    )
    posted_on = models.DateField("posted", null=True, blank=True, editable=False)
    due_on = models.DateField("due", default=in_two_weeks)
    paid_on = models.DateField("paid", null=True, blank=True, editable=False)
    tax_rate = models.DecimalField("VAT in %", max_digits=4, decimal_places=1, default=Decimal(20))
    note = models.CharField(max_length=200, blank=True)
    net = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0), editable=False)
    total = models.DecimalField("total in €", max_digits=10, decimal_places=2, default=Decimal(0), editable=False)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        permissions = (("post_invoice", "Can post and cancel invoices"),)

    def __str__(self) -> str:
        return self.number or f"Draft {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.total = with_tax(self.net, self.tax_rate)
        super().save(*args, **kwargs)

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_overdue(self) -> bool:
        return self.state == State.POSTED and self.due_on < timezone.localdate()

    @property
    def tax(self) -> Decimal:
        return self.total - self.net

    def recount(self) -> None:
        """Set the amounts from the lines, in the database."""
        self.net = self.lines.aggregate(net=Sum(F("quantity") * F("unit_price")))["net"] or Decimal(0)
        self.total = with_tax(self.net, self.tax_rate)
        Invoice.objects.filter(pk=self.pk).update(net=self.net, total=self.total)

    def mail_contacts(self) -> list[dict[str, Any]]:
        """To whom messages about this invoice go."""
        return self.customer.mail_contacts()


def with_tax(net: Decimal, rate: Decimal) -> Decimal:
    return (net * (1 + Decimal(rate) / 100)).quantize(CENT, ROUND_HALF_UP)


class InvoiceLine(models.Model):
    """Something that is charged: a product, or a text with a price."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=100, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    unit_price = models.DecimalField("price", max_digits=8, decimal_places=2, blank=True)
    order_line = models.ForeignKey(
        OrderLine, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="charged"
    )

    class Meta:
        ordering = ("pk",)
        verbose_name = "line"

    def __str__(self) -> str:
        return f"{self.quantity} × {self.text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What is not said is the product's."""
        if self.product is not None:
            self.text = self.text or self.product.name
            self.unit_price = self.product.price if self.unit_price is None else self.unit_price
        super().save(*args, **kwargs)
        self.invoice.recount()

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.unit_price

    def clean(self) -> None:
        if self.product is None and not (self.text and self.unit_price is not None):
            raise ValidationError("Choose a product, or write a text and a price.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        self.invoice.recount()
        return gone


def open_quantities(lines: Iterable[OrderLine]) -> dict[int, int]:
    """How much of each line of an order has not been charged yet, by the line's key."""
    lines = list(lines)
    counts = Q(invoice__state__in=(State.DRAFT, State.POSTED, State.PAID))
    charged = InvoiceLine.objects.filter(counts, order_line__in=lines).values("order_line")
    done = {each["order_line"]: each["sum"] for each in charged.annotate(sum=Sum("quantity")).order_by()}
    return {line.pk: max(line.quantity - done.get(line.pk, 0), 0) for line in lines}
