"""A small shop: what tests of records register."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone


class Buyer(models.Model):
    """Called a customer, as its table is not: the sample site, in the same project, has a model of that name."""

    name = models.CharField(max_length=80)
    city = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "customer"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Purchase(models.Model):
    class Stage(models.TextChoices):
        NEW = "new", "New"
        SHIPPED = "shipped", "Shipped"

    number = models.PositiveIntegerField(unique=True)
    customer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="orders")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.NEW)
    total = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal(0))
    note = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now)
    tags = models.ManyToManyField(Tag, blank=True)

    class Meta:
        verbose_name = "order"
        ordering = ("number",)

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_big(self) -> bool:
        return self.total >= 1000

    def clean(self) -> None:
        if self.note == "nonsense":
            raise ValidationError({"note": "That is nonsense."})


class Line(models.Model):
    order = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="lines")
    product = models.CharField(max_length=40)
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"


class Secret(models.Model):
    """Rows of which everybody sees their own only."""

    owner = models.CharField(max_length=40)
    text = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.text
