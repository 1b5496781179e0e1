"""What the desk keeps: customers, products, orders with their lines, what happened, and who is looking."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone

__all__ = ["Activity", "Customer", "Order", "OrderLine", "Product", "Stage"]


class Stage(models.TextChoices):
    """Where an order stands. The first four are the columns of the board, in this order."""

    NEW = "new", "New"
    PICKING = "picking", "Picking"
    PACKING = "packing", "Packing"
    SHIPPED = "shipped", "Shipped"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STAGES: tuple[Stage, ...] = (Stage.NEW, Stage.PICKING, Stage.PACKING)
BOARD_STAGES: tuple[Stage, ...] = (*OPEN_STAGES, Stage.SHIPPED)


LANGUAGES = (
    ("en", "English"),
    ("de", "German"),
    ("fr", "French"),
    ("nl", "Dutch"),
    ("pt", "Portuguese"),
    ("sv", "Swedish"),
)


class Customer(models.Model):
    name = models.CharField(max_length=80, unique=True)
    street = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=5, blank=True, choices=LANGUAGES, help_text="Of what is printed for them.")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"

    def mail_contacts(self) -> list[dict[str, Any]]:
        """To whom messages about this customer go."""
        return [{"id": self.pk, "name": self.name, "email": self.email}] if self.email else []


class Product(models.Model):
    sku = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


def midnight() -> datetime:
    """When today began."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class OrderQuerySet(models.QuerySet["Order"]):
    def open(self) -> OrderQuerySet:
        return self.filter(stage__in=OPEN_STAGES)

    def on_board(self) -> OrderQuerySet:
        """Everything open, and what was shipped today."""
        return self.filter(Q(stage__in=OPEN_STAGES) | Q(stage=Stage.SHIPPED, shipped_at__gte=midnight()))

    def overdue(self, now: datetime) -> OrderQuerySet:
        """Open, past the promised time, and not yet marked late."""
        return self.open().filter(late=False, promised_at__lt=now)

    def search(self, text: str) -> OrderQuerySet:
        """Orders whose number, customer or city holds every word of ``text``. A leading ``#`` is understood."""
        found = self
        for word in text.split():
            digits = word.removeprefix("#")
            by_number = Q(number__startswith=digits) if digits.isdecimal() else Q()
            found = found.filter(Q(customer__name__icontains=word) | Q(customer__city__icontains=word) | by_number)
        return found

    def value(self) -> Decimal:
        return self.aggregate(value=Sum("total"))["value"] or Decimal(0)


class Order(models.Model):
    """One order. ``version`` grows with every change, so that nobody overwrites what they have not seen."""

    number = models.PositiveIntegerField(unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.NEW, db_index=True)
    total = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    note = models.CharField(max_length=200, blank=True)
    placed_at = models.DateTimeField(default=timezone.now)
    promised_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ("promised_at", "number")

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN_STAGES

    @property
    def next_stage(self) -> Stage | None:
        """The column to the right, or None in the last one."""
        if not self.is_open:
            return None
        return BOARD_STAGES[BOARD_STAGES.index(Stage(self.stage)) + 1]

    @property
    def other_stages(self) -> list[Stage]:
        """Every other column of the board."""
        return [stage for stage in BOARD_STAGES if stage != self.stage]

    def recount(self) -> None:
        """Set ``total`` from the lines, in the database."""
        total = self.lines.aggregate(total=Sum(F("quantity") * F("unit_price")))["total"]
        Order.objects.filter(pk=self.pk).update(total=total or Decimal(0))


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("order", "product"), name="one_line_a_product"),)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"

    @property
    def total(self) -> Decimal:
        return self.quantity * self.unit_price


class Activity(models.Model):
    """Something that happened to an order. Without an actor it was the desk itself (``desk_watch``)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="activity")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.CharField(max_length=160)
    happened_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("-happened_at", "-pk")
        verbose_name_plural = "activity"

    def __str__(self) -> str:
        return f"{self.actor.get_username() if self.actor else 'The desk'} {self.text}"
